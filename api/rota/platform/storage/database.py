"""The connection to PostgreSQL, and when the database is away."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, OperationalError

import rota
from rota.platform.storage.json_column import RawJson, use_json_codec

POOL_SIZE = 12


def tortoise_config(url: str, pool_size: int = POOL_SIZE) -> dict[str, Any]:
    """`url` is a postgres:// address; every slice's models.py belongs to the one app."""
    connection = expand_db_url(url.replace("postgresql://", "postgres://", 1))
    connection["credentials"] |= {
        "minsize": 1,
        "maxsize": pool_size,
        "init": use_json_codec,
        "reset": _finish,
        "connection_class": Connection,
    }
    folder = Path(rota.__file__).parent
    slices = sorted(file.parent.name for file in folder.glob("*/models.py"))
    return {
        "connections": {"default": connection},
        "apps": {
            "models": {
                "models": [*(f"rota.{name}.models" for name in slices), "aerich.models"],
                "default_connection": "default",
            }
        },
    }


class Connection(asyncpg.Connection):
    """Knows whether a statement was broken off: the driver may have sent half of it, and then
    PostgreSQL waits for the rest with locks held."""

    __slots__ = ("is_broken_off",)

    async def fetch(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().fetch(*args, **options))

    async def fetchrow(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().fetchrow(*args, **options))

    async def execute(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().execute(*args, **options))

    async def _noting(self, statement: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await statement
        except asyncio.CancelledError:
            self.is_broken_off = True
            raise


async def _finish(connection: Connection) -> None:
    """We change no state of a connection, so that there is none to reset: a round trip less for
    every statement outside a transaction. Only what was broken off is brought to its end."""
    if getattr(connection, "is_broken_off", False):
        connection.is_broken_off = False
        await connection.execute("SELECT")


@asynccontextmanager
async def open_database(url: str, pool_size: int = POOL_SIZE) -> AsyncIterator[TortoiseContext]:
    context = await Tortoise.init(
        config=tortoise_config(url, pool_size), _enable_global_fallback=True
    )
    try:
        yield context
    finally:
        await Tortoise.close_connections()


def connection() -> BaseDBAsyncClient:
    """The transaction this task is in, or else the pool."""
    return Tortoise.get_connection("default")


async def fetch_records(sql: str, *values: Any) -> list[asyncpg.Record]:
    """As the driver gives them: JSON is not read yet."""
    client: Any = connection()
    client.log.debug("%s: %s", sql, values)
    async with client.acquire_connection() as driver:
        records: list[asyncpg.Record] = await driver.fetch(sql, *values)
    return records


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """For statements the ORM has no words for; also for UPDATE … RETURNING."""
    rows = await connection().execute_query_dict(sql, list(values))
    for row in rows:
        for name, value in row.items():
            if isinstance(value, RawJson):
                row[name] = value.value
    return rows


_AWAY = (
    OSError,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database is away, rather than our statement wrong."""
    while error is not None:
        if isinstance(error, _AWAY):
            # The driver calls a value that fits no column an interface error.
            return not isinstance(error, ValueError)
        if not isinstance(error, OperationalError):
            return False
        error = error.__cause__
    return False
