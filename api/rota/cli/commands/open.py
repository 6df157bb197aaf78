"""`rota open`: a link that signs one browser in, once."""

import asyncio
import json
from pathlib import Path

import click

from rota.cli import options
from rota.cli.opening import change_stores
from rota.cli.sign_in import sign_in_link, user_name
from rota.platform.kernel.actor import Role


@click.command("open")
@click.option("--role", type=options.role, default="OWNER", show_default=True)
@click.option("--name", help="Who signs in; without it, the name of the system's user.")
@options.data_dir
@options.as_json
def command(role: str, name: str | None, data_dir: Path | None, as_json: bool) -> None:
    """Print a link that signs one browser in. It works once, within 10 minutes."""
    link = asyncio.run(_make(data_dir, name or user_name(), Role[role]))
    click.echo(json.dumps({"url": link}) if as_json else link)


async def _make(data_dir: Path | None, name: str, role: Role) -> str:
    async with change_stores(data_dir) as work:
        return await sign_in_link(work, name, role)
