"""`rota keys adopt`: goes on with a new encryption key where the old one is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import click

from rota.cli import options
from rota.cli.encryption_keys import make_keys
from rota.cli.opening import change_found
from rota.cli.settings import read_settings
from rota.cli.stores import embedded, find_stores
from rota.local.embedded import running_engines, start_engines
from rota.local.locks import lock_data_dir
from rota.platform.settings import Settings
from rota.providers.keys import adopt_key


@click.command("adopt")
@options.data_dir
@options.as_json
def command(data_dir: Path | None, as_json: bool) -> None:
    """Accept the present encryption key where the old one is lost, and list the providers whose
    key must be typed again.

    Works also while `rota up` is stopped; in a data directory without encryption.key it makes one.
    """
    lost = asyncio.run(_adopt(data_dir))
    if as_json:
        click.echo(json.dumps({"lost": lost}))
        return
    click.echo("The encryption key is accepted.")
    if lost:
        click.echo("Type the keys of these providers again:")
    for name in lost:
        click.echo(f"  {name}")


async def _adopt(data_dir: Path | None) -> list[str]:
    async with _stores(data_dir) as settings, change_found(settings) as work:
        return await adopt_key(work)


@asynccontextmanager
async def _stores(data_dir: Path | None) -> AsyncIterator[Settings]:
    """Those that run, or else the data directory's own, for as long as this takes."""
    settings = read_settings(data_dir)
    is_named = data_dir is None and settings.database_url
    is_stopped = (settings.data_dir / "pg").exists() and not running_engines(settings.data_dir)
    if is_named or not is_stopped:
        yield _with_keys(find_stores(data_dir))
        return
    with lock_data_dir(settings.data_dir):
        async with start_engines(settings.data_dir, lambda _: None) as engines:
            yield _with_keys(embedded(settings, engines))


def _with_keys(settings: Settings) -> Settings:
    if settings.encryption_keys:
        return settings
    return replace(settings, encryption_keys=make_keys(settings.data_dir))
