"""`rota migrate`: brings the database's schema forward or back."""

import asyncio
from pathlib import Path

import click

from rota.cli import options
from rota.cli.stores import find_stores
from rota.migrations.runner import head, migrate


@click.command("migrate")
@click.option("--to", metavar="REV", help="A migration's name or number; 0 is an empty schema.")
@options.data_dir
def command(to: str | None, data_dir: Path | None) -> None:
    """Bring the database's schema to this release, or forward or back to REV.

    Several may run at once: one works, the others wait for it.
    """
    settings = find_stores(data_dir)
    done = asyncio.run(migrate(settings.database_url or "", to))
    for step in done:
        click.echo(step)
    if not done:
        click.echo(f"Nothing to do: the schema is at {to or head()}.")
