"""`rota keys rotate`: brings all stored keys under the newest encryption key."""

import asyncio
import json
from pathlib import Path

import click

from rota.cli import options
from rota.cli.command_error import CommandError
from rota.cli.encryption_keys import WRONG_KEY, lost_keys
from rota.cli.opening import change_stores
from rota.providers.keys import is_right_key, rotate_keys


@click.command("rotate")
@options.data_dir
@options.as_json
def command(data_dir: Path | None, as_json: bool) -> None:
    """Encrypt all stored keys anew under the newest encryption key, while everything runs."""
    done, lost = asyncio.run(_rotate(data_dir))
    if as_json:
        click.echo(json.dumps({"rotated": done, "lost": lost}))
    else:
        click.echo(f"{done} stored keys are now under the newest encryption key.")
    if lost:
        raise CommandError(lost_keys(lost))


async def _rotate(data_dir: Path | None) -> tuple[int, list[str]]:
    async with change_stores(data_dir) as work:
        if not await is_right_key(work.resources.cipher):
            raise CommandError(WRONG_KEY)
        return await rotate_keys(work)
