"""The one place that uses more of the ORM, Tortoise, than it promises (docs/decisions/0035).

Named in its configuration as the engine, this module gives the client.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from tortoise import Tortoise, fields, models
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import NestedTransactionContext, TransactionContextPooled
from tortoise.context import TortoiseContext
from tortoise.models import Model

from rota.platform.storage.driver import away_is_unavailable, refused_is_unstorable
from rota.platform.storage.json_column import JsonField
from rota.platform.storage.pool import Pool

R = TypeVar("R", bound="Stored")
# Gives the driver's arguments.
Connects = Callable[[], Awaitable[Mapping[str, Any]]]


def _no_comments(cls: type[Model]) -> dict[str, str]:
    """The ORM would look in each model's source for comments that describe its columns, of which
    there are none: a twentieth of what a process takes to start."""
    return {}


models._get_comments = _no_comments


class TellsAway:
    """Raises Unavailable and Unstorable before the ORM calls them something else."""

    async def _translate_exceptions(
        self, func: Callable[..., Awaitable[Any]], *args: Any, **options: Any
    ) -> Any:
        async def told(*args: Any, **options: Any) -> Any:
            with away_is_unavailable(connects=True), refused_is_unstorable():
                return await func(*args, **options)

        return await super()._translate_exceptions(told, *args, **options)  # type: ignore[misc]


class Client(TellsAway, AsyncpgDBClient):
    """Every statement outside a transaction comes through here, with the connection it takes from
    the pool, which is made at the first of them. `connects` says how the driver connects; the ORM
    itself knows less of addresses, and writes what it is given into its log."""

    def __init__(self, *args: Any, connects: Connects, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connects = connects

    async def create_pool(self, **options: Any) -> Pool:
        pool = Pool(**{**options, **await self._connects()})
        await pool
        return pool

    async def _close(self) -> None:
        """Sooner than the ORM would."""
        if self._pool:
            await self._pool.close()
            self._pool = None

    def _in_transaction(self) -> TransactionContextPooled:
        return TransactionContextPooled(Transaction(self), self._pool_init_lock)


class Transaction(TellsAway, TransactionWrapper):
    def _in_transaction(self) -> NestedTransactionContext:
        return NestedTransactionContext(Transaction(self))


client_class = Client


async def open_orm(config: dict[str, Any]) -> TortoiseContext:
    """For all tasks of the process, and not for the one alone that begins it."""
    return await Tortoise.init(config=config, _enable_global_fallback=True)


class Stored(Model):
    """A row may be made of a dictionary of its values, without what the ORM would do with each."""

    class Meta:
        abstract = True

    # What the ORM keeps beside the fields of a row that is stored and whole. A new one has its own.
    _partial = False
    _saved_in_db = True
    _custom_generated_pk = True
    _await_when_save = {}  # noqa: RUF012 (an attribute of instances that need none of their own)

    @classmethod
    def _init_from_db(cls: type[R], **values: Any) -> R:
        """So are the rows that the ORM reads."""
        return cls.of_values([values])[0]

    @classmethod
    def of_values(cls: type[R], records: Sequence[dict[str, Any]]) -> list[R]:
        """By column, as the driver gives them; each dictionary becomes its row's own. Every row is
        a `Row`, which does it; what the ORM reads has to know of it here."""
        raise NotImplementedError


def made_of(model: type[R], records: Sequence[dict[str, Any]]) -> list[R]:
    """Each dictionary becomes its row's attributes, past the ORM's own way of setting them."""
    new, put = model.__new__, object.__setattr__
    rows = []
    for values in records:
        row = new(model)
        put(row, "__dict__", values)
        rows.append(row)
    return rows


def mark_stored(row: Stored, is_stored: bool) -> None:
    row._saved_in_db = is_stored


def table_of(model: type[Model]) -> str:
    table: str = model._meta.db_table
    return table


def columns_of(model: type[Model]) -> list[str]:
    return list(model._meta.fields_db_projection)


def enums_of(model: type[Model]) -> list[tuple[str, dict[Any, Enum]]]:
    """The columns that hold an enum's values, each with its members by value."""
    return [
        (name, {member.value: member for member in field.enum_type})
        for name, field in model._meta.fields_map.items()
        if hasattr(field, "enum_type")
    ]


def json_columns_of(model: type[Model]) -> list[str]:
    return [name for name, field in model._meta.fields_map.items() if isinstance(field, JsonField)]


# By what the driver gives for them.
_KINDS: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.UUIDField, "uuid"),
    (fields.TextField, "text"),
    (fields.CharField, "text"),
    (fields.IntField, "int"),
    (fields.SmallIntField, "int"),
    (fields.BooleanField, "bool"),
    (fields.DatetimeField, "datetime"),
)


def kind_of(model: type[Model], column: str) -> tuple[str | None, bool]:
    """What the driver gives for a column, and whether it may be null; no kind where that takes a
    closer look, or where there is no such column."""
    field = model._meta.fields_map.get(column)
    kind = next((kind for type_, kind in _KINDS if isinstance(field, type_)), None)
    return kind, field is None or field.null
