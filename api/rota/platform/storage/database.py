"""The way to PostgreSQL: the pool, transactions, statements. Unavailable says that it is away."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import BaseDBAsyncClient, Tortoise
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

import rota
from rota.platform.kernel.errors import Unavailable
from rota.platform.storage import orm
from rota.platform.storage.driver import (
    AWAY,
    STATEMENT_SECONDS,
    away_is_unavailable,
    cannot_now,
    refused_is_unstorable,
)
from rota.platform.storage.json_column import RawJson, use_json_codec
from rota.platform.storage.postgres_url import MAX_CONNECTIONS, DatabaseUrl, read_database_url

MIN_CONNECTIONS = 2
# Of what a server gives to all, one process takes so much at most: there are an API, some workers,
# a command, and whatever else uses the server.
SHARE = 5
NONE_CACHED = 0
# To those who are no superuser; the second is PostgreSQL 16's.
GIVEN = """
    SELECT current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0)
"""


def tortoise_config(
    connects: orm.Connects,
    max_connections: int = MAX_CONNECTIONS,
    statement_seconds: float | None = STATEMENT_SECONDS,
) -> dict[str, Any]:
    """Every slice's models.py belongs to the one app."""
    credentials = {
        "connects": connects,
        "minsize": 1,
        "maxsize": max_connections,
        "init": use_json_codec,
        "command_timeout": statement_seconds,
    }
    folder = Path(rota.__file__).parent
    slices = sorted(file.parent.name for file in folder.glob("*/models.py"))
    return {
        "connections": {"default": {"engine": orm.__name__, "credentials": credentials}},
        "apps": {
            "models": {
                "models": [f"rota.{name}.models" for name in slices],
                "default_connection": "default",
            }
        },
    }


@asynccontextmanager
async def open_database(
    url: str,
    max_connections: int = MAX_CONNECTIONS,
    statement_seconds: float | None = STATEMENT_SECONDS,
) -> AsyncIterator[TortoiseContext]:
    """A statement that gets no answer for so long is Hung; for what takes its time there is None.
    Raises UrlError. Nothing is connected to before the first statement."""
    connects = pool_arguments(read_database_url(url), max_connections)
    context = await orm.open_orm(tortoise_config(connects, max_connections, statement_seconds))
    try:
        yield context
    finally:
        await Tortoise.close_connections()


def pool_arguments(address: DatabaseUrl, max_connections: int = MAX_CONNECTIONS) -> orm.Connects:
    """As many connections as the server can spare. Behind a pooler, which has its own number, no
    statements are kept, unless the address says how many. Raises UrlError."""
    arguments, said = address.arguments(), address.cached_statements

    async def look() -> Mapping[str, Any]:
        if said is not None:
            return {**arguments, "statement_cache_size": said}
        async with _connected(arguments) as first:
            if await is_pooled(first):
                return {**arguments, "statement_cache_size": NONE_CACHED}
            share = await first.fetchval(GIVEN) // SHARE
        return {**arguments, "max_size": min(max_connections, max(share, MIN_CONNECTIONS))}

    return look


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own, beside the pool and without our models. It keeps no statements,
    which a pooler would give to others. Raises UrlError."""
    connects = read_database_url(url).arguments()
    async with _connected(connects) as connection:
        yield connection


@asynccontextmanager
async def _connected(connects: Mapping[str, Any]) -> AsyncIterator[asyncpg.Connection]:
    with away_is_unavailable(connects=True):
        try:
            connection = await asyncpg.connect(**connects, statement_cache_size=NONE_CACHED)
        except (asyncpg.PostgresError, asyncpg.InternalClientError) as error:
            # Whatever the reason, there is no way in; the last kind says that it is no PostgreSQL.
            raise Unavailable(cannot_now(error) or AWAY) from error
    try:
        with away_is_unavailable():
            yield connection
    finally:
        await connection.close()


async def is_pooled(connection: asyncpg.Connection) -> bool:
    """Whether something in between, such as PgBouncer, lends us PostgreSQL's own connections: it
    names another process than the one that answers. Statements that were prepared may then be
    somebody else's, and what belongs to a connection, such as a lock, is nobody's."""
    answering: int = await connection.fetchval("SELECT pg_backend_pid()")
    return answering != connection.get_server_pid()


def connection() -> BaseDBAsyncClient:
    """The transaction this task is in, or else the pool."""
    return Tortoise.get_connection("default")


@asynccontextmanager
async def transaction() -> AsyncIterator[BaseDBAsyncClient]:
    """What is done meanwhile is done as a whole, or not at all."""
    with away_is_unavailable():
        async with AsyncExitStack() as stack:
            with away_is_unavailable(connects=True):
                client = await stack.enter_async_context(in_transaction())
            yield client


async def fetch_records(sql: str, *values: Any) -> list[asyncpg.Record]:
    """As the driver gives them: JSON is not read yet."""
    client: Any = connection()
    client.log.debug("%s: %s", sql, values)
    with away_is_unavailable(connects=True), refused_is_unstorable():
        async with client.acquire_connection() as driver:
            records: list[asyncpg.Record] = await driver.fetch(sql, *values)
    return records


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """For statements the ORM has no words for; also for UPDATE … RETURNING."""
    with refused_is_unstorable():
        rows = await connection().execute_query_dict(sql, list(values))
    for row in rows:
        for name, value in row.items():
            if isinstance(value, RawJson):
                row[name] = value.value
    return rows
