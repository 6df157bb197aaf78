"""The way to PostgreSQL: the pool, transactions, statements. Unavailable says that it is away."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import BaseDBAsyncClient, Tortoise
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

import rota
from rota.platform.storage import orm
from rota.platform.storage.driver import (
    Connection,
    away_is_unavailable,
    finish,
    refused_is_unstorable,
)
from rota.platform.storage.json_column import RawJson, use_json_codec

MAX_CONNECTIONS = 12


def tortoise_config(url: str, max_connections: int = MAX_CONNECTIONS) -> dict[str, Any]:
    """`url` is a postgres:// address; every slice's models.py belongs to the one app."""
    connection = orm.parsed_address(url.replace("postgresql://", "postgres://", 1))
    connection["engine"] = orm.__name__
    connection["credentials"] |= {
        "minsize": 1,
        "maxsize": max_connections,
        "init": use_json_codec,
        "reset": finish,
        "connection_class": Connection,
    }
    folder = Path(rota.__file__).parent
    slices = sorted(file.parent.name for file in folder.glob("*/models.py"))
    return {
        "connections": {"default": connection},
        "apps": {
            "models": {
                "models": [f"rota.{name}.models" for name in slices],
                "default_connection": "default",
            }
        },
    }


@asynccontextmanager
async def open_database(
    url: str, max_connections: int = MAX_CONNECTIONS
) -> AsyncIterator[TortoiseContext]:
    context = await orm.open_orm(tortoise_config(url, max_connections))
    try:
        yield context
    finally:
        await Tortoise.close_connections()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own, beside the pool and without our models."""
    with away_is_unavailable(connects=True):
        connection = await asyncpg.connect(url)
    try:
        with away_is_unavailable():
            yield connection
    finally:
        await connection.close()


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
