"""How often the engines are asked: by PostgreSQL's own statistics, and by Redis's."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis

from benchmarks.site import Site

TRANSACTIONS = "^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|RESET|SET|CLOSE|UNLISTEN)"
CALLS = """
SELECT CASE WHEN query ~* $1 THEN 'around transactions' ELSE 'statements' END, sum(calls)::int
FROM bench.pg_stat_statements JOIN pg_database ON dbid = pg_database.oid
WHERE datname = current_database() AND query !~ 'pg_stat_statements' GROUP BY 1
"""


@asynccontextmanager
async def counting(site: Site) -> AsyncIterator[Counter[str]]:
    """What it yields is filled at the end. At other times nothing is counted, which would cost."""
    counted: Counter[str] = Counter()
    await _track(site, "top")
    published = await _published(site)
    try:
        yield counted
        counted["publishes"] = await _published(site) - published
        async with site.sql() as connection:
            for what, calls in await connection.fetch(CALLS, TRANSACTIONS):
                counted[what] = calls
    finally:
        await _track(site, "none")


async def _track(site: Site, which: str) -> None:
    async with site.sql() as connection:
        await connection.execute(f"ALTER SYSTEM SET pg_stat_statements.track = '{which}'")
        await connection.execute("SELECT pg_reload_conf()")
    async with site.sql() as connection:
        await connection.execute("SELECT bench.pg_stat_statements_reset()")


async def _published(site: Site) -> int:
    async with Redis.from_url(site.engines.redis_url) as redis:
        commands: dict[str, Any] = await redis.info("commandstats")
    return int(commands.get("cmdstat_publish", {}).get("calls", 0))
