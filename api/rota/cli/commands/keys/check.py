"""`rota keys check`: which stored keys no encryption key opens."""

import asyncio
import json
from pathlib import Path

import click

from rota.cli import options
from rota.cli.command_error import CommandError
from rota.cli.encryption_keys import WRONG_KEY, lost_keys
from rota.cli.opening import open_stores
from rota.providers.keys import is_right_key, unopened_keys


@click.command("check")
@options.data_dir
@options.as_json
def command(data_dir: Path | None, as_json: bool) -> None:
    """List the providers whose stored key no encryption key opens; exit 1 if there are any."""
    is_right, lost = asyncio.run(_check(data_dir))
    if as_json:
        click.echo(json.dumps({"lost": lost}))
    elif is_right and not lost:
        click.echo("Every stored key can be opened.")
    if lost:
        raise CommandError(lost_keys(lost))
    if not is_right:
        raise CommandError(WRONG_KEY)


async def _check(data_dir: Path | None) -> tuple[bool, list[str]]:
    async with open_stores(data_dir) as resources:
        cipher, settings = resources.cipher, resources.settings
        return await is_right_key(cipher), await unopened_keys(cipher, settings)
