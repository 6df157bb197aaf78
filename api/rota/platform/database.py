"""The connection to PostgreSQL, pages in keyset order, and when the database is away."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, OperationalError
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

import rota
from rota.platform import jsontext
from rota.platform.errors import BadRequest
from rota.platform.json_column import use_json_codec
from rota.platform.names import is_storable

Row = TypeVar("Row", bound=Model)
POOL_SIZE = 12


def tortoise_config(url: str, pool_size: int = POOL_SIZE) -> dict[str, Any]:
    """`url` is a postgres:// address; every slice's models.py belongs to the one app."""
    connection = expand_db_url(url.replace("postgresql://", "postgres://", 1))
    connection["credentials"] |= {
        "minsize": 1,
        "maxsize": pool_size,
        "init": use_json_codec,
        "reset": _leave_as_it_is,
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


async def _leave_as_it_is(_: asyncpg.Connection) -> None:
    """We change no state of a connection, so that there is none to reset: a round trip less
    for every statement outside a transaction."""


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


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """For statements the ORM has no words for; also for UPDATE … RETURNING."""
    return await connection().execute_query_dict(sql, list(values))


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


@dataclass(frozen=True)
class Order:
    """A keyset order: by `field`, then by id where `field` is not unique."""

    field: str
    descending: bool = False

    def after(self, value: str) -> Q:
        return Q(**{f"{self.field}__{'lt' if self.descending else 'gt'}": value})


BY_NAME = Order("name_key")
NEWEST_FIRST = Order("id", descending=True)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`count` asks for the number of all rows, only when somebody wants to know."""

    rows: list[Row]
    order: Order
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]]

    def cursor(self, row: Row) -> str:
        text = jsontext.dumps([self.order.field, str(getattr(row, self.order.field))])
        return base64.urlsafe_b64encode(text.encode()).decode()


async def fetch_page(
    query: QuerySet[Row], order: Order, first: int | None, after: str | None, *, default: int
) -> Page[Row]:
    """`first` is 1 to 100; `after` is a cursor that a page of the same order gave."""
    first = default if first is None else first
    if not 1 <= first <= 100:
        raise BadRequest("`first` must be from 1 to 100.")
    rest = query.filter(order.after(_read_cursor(after, order))) if after else query
    rows = await rest.order_by(f"{'-' if order.descending else ''}{order.field}").limit(first + 1)

    async def count() -> int:
        return await query.count()

    return Page(rows[:first], order, len(rows) > first, after is not None, count)


def _read_cursor(cursor: str, order: Order) -> str:
    try:
        field, value = jsontext.loads(base64.urlsafe_b64decode(cursor.encode()))
        if field == order.field and isinstance(value, str) and is_storable(value):
            return str(UUID(value)) if field == "id" else value
    except (ValueError, TypeError):
        pass
    raise BadRequest("`after` is not a cursor of this list. Take one from its pageInfo.")
