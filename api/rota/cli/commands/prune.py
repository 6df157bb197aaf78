"""`rota prune`: removes runs that ended long ago, with their events."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from rota.cli import options
from rota.cli.opening import open_stores
from rota.runs.service import prune
from rota.wiring import RULES


@click.command("prune")
@click.option(
    "--older-than", type=options.Duration(), required=True, help="Such as 90d: ended before that."
)
@options.data_dir
@options.as_json
def command(older_than: timedelta, data_dir: Path | None, as_json: bool) -> None:
    """Remove finished runs with their events. Their idempotency keys are free again."""
    count = asyncio.run(_prune(data_dir, datetime.now(UTC) - older_than))
    click.echo(json.dumps({"removed": count}) if as_json else f"{count} runs removed.")


async def _prune(data_dir: Path | None, before: datetime) -> int:
    async with open_stores(data_dir) as resources:
        return sum([removed async for removed in prune(resources, RULES, before)])
