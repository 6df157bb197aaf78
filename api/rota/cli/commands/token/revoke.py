"""`rota token revoke`: ends a token, and what it signed in."""

import asyncio
from pathlib import Path

import click

from rota.access.service import list_api_tokens, revoke_api_token
from rota.cli import options
from rota.cli.command_error import CommandError
from rota.cli.opening import change_stores
from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.ids import parse_id
from rota.platform.kernel.names import name_key


@click.command("revoke")
@click.argument("token")
@options.data_dir
def command(token: str, data_dir: Path | None) -> None:
    """Revoke TOKEN, by its id or name. What it signed in ends within seconds."""
    name = asyncio.run(_revoke(data_dir, token))
    click.echo(f"The token “{name}” is revoked.")


async def _revoke(data_dir: Path | None, wanted: str) -> str:
    async with change_stores(data_dir) as work:
        for token in await list_api_tokens(SYSTEM):
            if token.id == parse_id(wanted) or token.name_key == name_key(wanted):
                await revoke_api_token(work, str(token.id))
                return token.name
    raise CommandError(f"There is no token “{wanted}”. See them with: rota token list")
