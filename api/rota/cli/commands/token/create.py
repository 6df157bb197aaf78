"""`rota token create`: makes a token, and shows its secret this once."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from rota.access.models import ApiToken
from rota.access.service import create_api_token
from rota.cli import options
from rota.cli.commands.token.as_json import token_as_json
from rota.cli.opening import change_stores
from rota.platform.kernel.actor import Role


@click.command("create")
@click.option("--name", required=True, help="What it is for; unique among tokens.")
@click.option("--role", type=options.role, required=True)
@click.option("--expires-in", type=options.Duration(), help="Such as 30d; without it, never.")
@options.data_dir
@options.as_json
def command(
    name: str, role: str, expires_in: timedelta | None, data_dir: Path | None, as_json: bool
) -> None:
    """Create a token. Its secret alone is printed, this once."""
    expires_at = datetime.now(UTC) + expires_in if expires_in else None
    token, secret = asyncio.run(_create(data_dir, name, Role[role], expires_at))
    click.echo(json.dumps({**token_as_json(token), "secret": secret}) if as_json else secret)


async def _create(
    data_dir: Path | None, name: str, role: Role, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    async with change_stores(data_dir) as work:
        return await create_api_token(work, name, role, expires_at)
