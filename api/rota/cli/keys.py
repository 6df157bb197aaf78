"""`rota keys`: the keys under which the providers' keys are stored."""

import asyncio
import json
from pathlib import Path

import click

from rota.cli import options
from rota.cli.errors import CommandError
from rota.cli.stores import change_stores, open_stores
from rota.platform.crypto import new_key
from rota.providers.keys import rotate_keys, unopened_keys


@click.group("keys")
def command() -> None:
    """Make, check and rotate encryption keys.

    To rotate: put a new key before the old one in ENCRYPTION_KEY, separated by a comma (or on
    the first line of encryption.key in the data directory); start all processes again; run
    `rota keys rotate`; then take the old key away.
    """


@command.command("new")
def new() -> None:
    """Print a new key. Needs no settings and no database."""
    click.echo(new_key())


@command.command("check")
@options.data_dir
@options.as_json
def check(data_dir: Path | None, as_json: bool) -> None:
    """List the providers whose stored key no encryption key opens; exit 1 if there are any."""
    lost = asyncio.run(_check(data_dir))
    if as_json:
        click.echo(json.dumps({"lost": lost}))
    elif not lost:
        click.echo("Every stored key can be opened.")
    if lost:
        raise CommandError(lost_keys(lost))


@command.command("rotate")
@options.data_dir
@options.as_json
def rotate(data_dir: Path | None, as_json: bool) -> None:
    """Encrypt all stored keys anew under the newest encryption key, while everything runs."""
    done, lost = asyncio.run(_rotate(data_dir))
    if as_json:
        click.echo(json.dumps({"rotated": done, "lost": lost}))
    else:
        click.echo(f"{done} stored keys are now under the newest encryption key.")
    if lost:
        raise CommandError(lost_keys(lost))


def lost_keys(names: list[str]) -> str:
    listed = ", ".join(f"“{name}”" for name in names)
    return (
        f"No encryption key opens the stored keys of these providers: {listed}. Add the key under "
        "which they were stored to ENCRYPTION_KEY, or type their keys again."
    )


async def _check(data_dir: Path | None) -> list[str]:
    async with open_stores(data_dir) as resources:
        return await unopened_keys(resources.cipher, resources.settings)


async def _rotate(data_dir: Path | None) -> tuple[int, list[str]]:
    async with change_stores(data_dir) as work:
        return await rotate_keys(work)
