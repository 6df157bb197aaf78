"""Whether the process lives, and whether it can do its work."""

import asyncio
import shutil
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import OperationalError

from rota.http.answers import json_answer
from rota.http.state import State
from rota.platform.kernel.errors import Unavailable
from rota.platform.messaging.health import redis_answers
from rota.platform.messaging.presence import read_workers
from rota.platform.output import is_heard
from rota.platform.resources import Resources
from rota.platform.storage.driver import READ_ONLY, trouble
from rota.platform.storage.statements import Statement

STATE = Statement("""
    SELECT (SELECT version FROM aerich ORDER BY id DESC LIMIT 1) AS version,
        current_setting('transaction_read_only')::bool AS is_read_only
""")
PATIENCE_SECONDS = 2.0
# PostgreSQL makes its files of 16 MB.
MIN_FREE_BYTES = 64_000_000
AWAY = "The database cannot be reached. Check DATABASE_URL, and that PostgreSQL runs."
DRAINING = "This process is about to end. Ask another one."
OTHER_SCHEMA = "The database's schema is not the one this release needs. Run `rota migrate`."


async def healthz(_: Request[State]) -> Response:
    return json_answer({"alive": True})


async def readyz(request: Request[State]) -> Response:
    """What is degraded costs speed; without the database, or where it takes no changes, nothing
    works."""
    if request.state["draining"].has_begun:
        return json_answer({"problem": DRAINING}, 503)
    problem = await database_problem(request.state["schema_head"])
    if problem:
        return json_answer({"problem": problem}, 503)
    return json_answer({"degraded": await _degraded(request.state["resources"])})


async def database_problem(schema_head: str) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            [state] = await STATE.rows()
    except (TimeoutError, Unavailable):
        return AWAY
    except OperationalError:  # the table is not there
        return OTHER_SCHEMA
    if (state["version"] or "").removesuffix(".py") != schema_head:
        return OTHER_SCHEMA
    return READ_ONLY if state["is_read_only"] else trouble.now()


async def _degraded(resources: Resources) -> list[str]:
    degraded = []
    if not await redis_answers(resources.redis):
        degraded.append("redis")
    elif not await read_workers(resources.redis):
        degraded.append("workers")
    if await asyncio.to_thread(_is_full, resources.settings.data_dir):
        degraded.append("disk")
    return degraded if is_heard() else [*degraded, "log"]


def _is_full(data_dir: Path) -> bool:
    """The disk of `rota up`; an API on stores that somebody else runs has none."""
    try:
        return shutil.disk_usage(data_dir).free < MIN_FREE_BYTES
    except OSError:
        return False
