"""`rota open`: a link that signs one browser in, once."""

import asyncio
import getpass
import json
from pathlib import Path

import click

from rota.access.service import create_sign_in_code
from rota.cli import options
from rota.cli.stores import change_stores
from rota.platform.kernel.actor import Role
from rota.platform.unit_of_work import UnitOfWork


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


async def sign_in_link(work: UnitOfWork, name: str, role: Role) -> str:
    """A fragment is sent to no server and written to no log."""
    code = await create_sign_in_code(work, name, role)
    return f"{work.resources.settings.origin}/#code={code}"


def user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
