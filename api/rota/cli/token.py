"""`rota token`: what programs sign in with."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from rota.access import service
from rota.access.models import ApiToken
from rota.cli import options
from rota.cli.errors import CommandError
from rota.cli.stores import change_stores, open_stores
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.kernel.ids import parse_id
from rota.platform.kernel.names import name_key


@click.group("token")
def command() -> None:
    """Create, list and revoke API tokens."""


@command.command("create")
@click.option("--name", required=True, help="What it is for; unique among tokens.")
@click.option("--role", type=options.role, required=True)
@click.option("--expires-in", type=options.Duration(), help="Such as 30d; without it, never.")
@options.data_dir
@options.as_json
def create(
    name: str, role: str, expires_in: timedelta | None, data_dir: Path | None, as_json: bool
) -> None:
    """Create a token. Its secret alone is printed, this once."""
    expires_at = datetime.now(UTC) + expires_in if expires_in else None
    token, secret = asyncio.run(_create(data_dir, name, Role[role], expires_at))
    click.echo(json.dumps({**_plain(token), "secret": secret}) if as_json else secret)


@command.command("list")
@options.data_dir
@options.as_json
def list_all(data_dir: Path | None, as_json: bool) -> None:
    """List the tokens, newest first; their secrets are not kept."""
    tokens = asyncio.run(_list(data_dir))
    if as_json:
        click.echo(json.dumps([_plain(token) for token in tokens]))
        return
    for token in tokens:
        until = f"until {_minute(token.expires_at)}" if token.expires_at else "for good"
        used = f"last used {_minute(token.last_used_at)}" if token.last_used_at else "never used"
        click.echo(f"{token.id}  {token.role.name:<8}  {until:<22}  {used:<26}  {token.name}")


@command.command("revoke")
@click.argument("token")
@options.data_dir
def revoke(token: str, data_dir: Path | None) -> None:
    """Revoke TOKEN, by its id or name. What it signed in ends within seconds."""
    name = asyncio.run(_revoke(data_dir, token))
    click.echo(f"The token “{name}” is revoked.")


async def _create(
    data_dir: Path | None, name: str, role: Role, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    async with change_stores(data_dir) as work:
        return await service.create_api_token(work, name, role, expires_at)


async def _list(data_dir: Path | None) -> list[ApiToken]:
    async with open_stores(data_dir):
        return await service.list_api_tokens(SYSTEM)


async def _revoke(data_dir: Path | None, wanted: str) -> str:
    async with change_stores(data_dir) as work:
        for token in await service.list_api_tokens(SYSTEM):
            if token.id == parse_id(wanted) or token.name_key == name_key(wanted):
                await service.revoke_api_token(work, str(token.id))
                return token.name
    raise CommandError(f"There is no token “{wanted}”. See them with: rota token list")


def _plain(token: ApiToken) -> dict[str, Any]:
    return {
        "id": str(token.id),
        "name": token.name,
        "role": token.role.name,
        "createdAt": token.created_at.isoformat(),
        "expiresAt": token.expires_at.isoformat() if token.expires_at else None,
        "lastUsedAt": token.last_used_at.isoformat() if token.last_used_at else None,
    }


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
