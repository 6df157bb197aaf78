"""`rota token list`: what tokens there are."""

import asyncio
import json
from datetime import datetime
from pathlib import Path

import click

from rota.access.models import ApiToken
from rota.access.service import list_api_tokens
from rota.cli import options
from rota.cli.commands.token.as_json import token_as_json
from rota.cli.opening import open_stores
from rota.platform.kernel.actor import SYSTEM


@click.command("list")
@options.data_dir
@options.as_json
def command(data_dir: Path | None, as_json: bool) -> None:
    """List the tokens, newest first; their secrets are not kept."""
    tokens = asyncio.run(_list(data_dir))
    if as_json:
        click.echo(json.dumps([token_as_json(token) for token in tokens]))
        return
    for token in tokens:
        until = f"until {_minute(token.expires_at)}" if token.expires_at else "for good"
        used = f"last used {_minute(token.last_used_at)}" if token.last_used_at else "never used"
        click.echo(f"{token.id}  {token.role.name:<8}  {until:<22}  {used:<26}  {token.name}")


async def _list(data_dir: Path | None) -> list[ApiToken]:
    async with open_stores(data_dir):
        return await list_api_tokens(SYSTEM)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
