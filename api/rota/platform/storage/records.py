"""Between the driver and rows of our models: quickly, and JSON only once it is looked at."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID

import asyncpg

from rota.platform.kernel import answer_size, jsontext
from rota.platform.kernel.cache import Cache
from rota.platform.kernel.errors import BadRequest
from rota.platform.storage.database import fetch_records
from rota.platform.storage.json_column import RawJson
from rota.platform.storage.orm import (
    Stored,
    columns_of,
    enums_of,
    json_columns_of,
    made_of,
    mark_stored,
    table_of,
)

R = TypeVar("R", bound="Row")
MAX_UNCHANGING_BYTES = 4 * 1024 * 1024
OWN_BYTES = 2_000
BYTES_A_CHARACTER = 8
# What is no longer comes along with its row, in lists too.
SHORT_BYTES = 1_024
IS_SHORT, LACKS = "row_is_short", "_lacks"


class Row(Stored):
    """The base of all models. Columns bear the names of their fields. `LARGE` are those that may be
    long: rows of a list have them only where they are short, until `fill` reads them. `LENGTHY` are
    not as long, but too long to be repeated in every row that refers to this one."""

    LARGE: ClassVar[tuple[str, ...]] = ()
    LENGTHY: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @classmethod
    def of_values(cls: type[R], records: Sequence[dict[str, Any]]) -> list[R]:
        enums, json_columns = _special(cls)
        for values in records:
            for name, members in enums:
                if (value := values.get(name)) is not None:
                    values[name] = members[value]
            for name, raw in json_columns:
                if name in values:
                    values[raw] = values.pop(name)
        return made_of(cls, records)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Asked for once: from then on the value is where attributes are."""
            raw = self.__dict__.get(_raw(name), self)
            if raw is self:
                raise AttributeError(f"{type(self).__name__} has no {name!r}.")
            value = self.__dict__[name] = raw.value if isinstance(raw, RawJson) else raw
            return value


async def select(model: type[R], tail: str, *values: Any) -> list[R]:
    """The rows that `tail` (what follows FROM, our own SQL) leaves; quicker than a QuerySet."""
    sql = f"SELECT * FROM {table_of(model)} {tail}"  # noqa: S608 (the tail is ours)
    return rows_of(model, await fetch_records(sql, *values))


def rows_of(model: type[R], records: Sequence[asyncpg.Record]) -> list[R]:
    """Records of all its columns, as its rows."""
    if not records:
        return []
    names = tuple(records[0].keys())
    return model.of_values([dict(zip(names, record)) for record in records])  # noqa: B905


async def select_lean(model: type[R], tail: str, *values: Any) -> list[R]:
    """The same without what is long."""
    if not model.LARGE:
        return await select(model, tail, *values)
    sql = f"SELECT {_lean_columns(model)} FROM {table_of(model)} {tail}"  # noqa: S608 (ours)
    records = await fetch_records(sql, *values)
    if not records:
        return []
    names = tuple(records[0].keys())
    rows = [dict(zip(names, record)) for record in records]  # noqa: B905
    for row in rows:
        if not row.pop(IS_SHORT):
            for column in model.LARGE:
                del row[column]
            row[LACKS] = {*model.LARGE}
    return model.of_values(rows)


async def fill(rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Reads what rows of one model lack of these columns. Nothing is read where that would be more
    than an answer may hold: raises TooLarge, and BadRequest where a row is gone by now."""
    lacking: dict[Any, list[Row]] = {}
    for row in rows:
        if not has(row, columns):
            lacking.setdefault(row.pk, []).append(row)
    if not lacking:
        return
    model = type(next(iter(lacking.values()))[0])
    found = await fetch_records(
        _filling(model, tuple(columns)), [*lacking], answer_size.room_to_read()
    )
    answer_size.add_read_bytes(found[0]["bytes"], *columns)
    for record in found:
        for row in lacking.pop(record["id"], ()):
            lacks = row.__dict__[LACKS]
            for column in lacks.intersection(columns):
                row.__dict__[_stored_as(model, column)] = record[column]
            lacks.difference_update(columns)
    if lacking:
        raise BadRequest("Something of this list was just removed. Ask again.")


def has(row: Row, columns: Iterable[str]) -> bool:
    lacks = row.__dict__.get(LACKS)
    return not lacks or lacks.isdisjoint(columns)


def shown(row: Row, column: str) -> Any:
    """Its value; JSON that was not looked at yet stays text."""
    held = row.__dict__
    if column in held:
        return held[column]
    raw = held.get(_raw(column))
    if not isinstance(raw, RawJson):
        return raw
    return None if raw == "null" else jsontext.Written(raw)


async def select_by_id(model: type[R], ids: Sequence[UUID]) -> list[R | None]:
    """In the order of the ids, None for one that is not there."""
    return await _by_id(select, model, ids)


async def select_lean_by_id(model: type[R], ids: Sequence[UUID]) -> list[R | None]:
    """The same without what is long."""
    return await _by_id(select_lean, model, ids)


async def _by_id(
    read: Callable[..., Awaitable[list[R]]], model: type[R], ids: Sequence[UUID]
) -> list[R | None]:
    rows = await read(model, "WHERE id = ANY($1::uuid[])", ids)
    found = {row.pk: row for row in rows}
    return [found.get(key) for key in ids]


async def select_one(model: type[R], key: UUID) -> R | None:
    return (await select_by_id(model, [key]))[0]


@dataclass(frozen=True)
class Lookup(Generic[R]):
    """Finds rows by a column, for many of its values at once. `rest` is our own SQL: what else must
    hold; `order` is a column of theirs, and the way."""

    model: type[R]
    column: str = "id"
    rest: str = ""
    order: str = ""

    async def rows(self, keys: Sequence[Any]) -> dict[Any, list[R]]:
        """By key, without what is long; none for one that is not there."""
        order = f"ORDER BY {self.order}" if self.order else ""
        rows = await select_lean(self.model, f"{self.tail} {order}", keys)
        found: dict[Any, list[R]] = {}
        for row in rows:
            found.setdefault(row.__dict__[self.column], []).append(row)
        return found

    @property
    def is_by_id(self) -> bool:
        return self.column == "id" and not self.rest

    @property
    def tail(self) -> str:
        """What follows FROM, but for the order."""
        return f"WHERE {self.column} = ANY($1::uuid[]) {self.rest}"


class Unchanging(Generic[R]):
    """Rows that never change once they are stored; the latest used are kept."""

    def __init__(self, model: type[R], max_bytes: int = MAX_UNCHANGING_BYTES) -> None:
        self._model = model
        self._kept: Cache[UUID, R] = Cache(max_bytes, _weight)

    async def get(self, key: UUID) -> R:
        """Of one that is referred to, so that it is there."""
        if row := self._kept.get(key):
            return row
        row = await select_one(self._model, key)
        if row is None:
            raise LookupError(f"There is no {self._model.__name__} {key}.")
        self._kept[key] = row
        return row


def _weight(row: Row) -> int:
    """In bytes, as far as can be said: JSON that was read takes several times its text."""
    texts = (value for value in vars(row).values() if isinstance(value, str))
    return OWN_BYTES + BYTES_A_CHARACTER * sum(map(len, texts))


async def insert(row: Row, *, unless_taken: str | None = None) -> bool:
    """Stores a new row. False, and the transaction goes on, where another one has its value in the
    unique column `unless_taken`; also between two racing requests."""
    columns, sql = _insertion(type(row), unless_taken)
    values = [as_stored(getattr(row, name)) for name in columns]
    is_stored = bool(await fetch_records(sql, *values))
    mark_stored(row, is_stored)
    return is_stored


def as_stored(value: Any) -> Any:
    """As the driver takes it."""
    return value.value if isinstance(value, Enum) else value


@cache
def _lean_columns(model: type[Row]) -> str:
    """How long a compressed text is takes its reading, which only short ones are worth."""
    sizes = ("pg_column_size({})", "octet_length({}::text)")
    short = " AND ".join(
        f"coalesce({size.format(column)}, 0) <= {SHORT_BYTES}"
        for size in sizes
        for column in model.LARGE
    )
    parts = [
        f"CASE WHEN {short} THEN {column} END AS {column}" if column in model.LARGE else column
        for column in columns_of(model)
    ]
    return ", ".join([*parts, f"{short} AS {IS_SHORT}"])


@cache
def _filling(model: type[Row], columns: tuple[str, ...]) -> str:
    """One row with the sum of bytes where it is more than the second value."""
    table, these = table_of(model), "id = ANY($1::uuid[])"
    sizes = " + ".join(f"coalesce(octet_length({column}::text), 0)" for column in columns)
    shown = ", ".join(f"whole.{column}" for column in columns)
    return (
        f"SELECT whole.id, {shown}, size.bytes "  # noqa: S608 (ours)
        f"FROM (SELECT coalesce(sum({sizes}), 0)::bigint AS bytes FROM {table} WHERE {these}) size "
        f"LEFT JOIN {table} whole ON whole.{these} AND size.bytes <= $2::bigint"
    )


def _stored_as(model: type[Row], column: str) -> str:
    return _raw(column) if column in json_columns_of(model) else column


@cache
def _special(
    model: type[Row],
) -> tuple[list[tuple[str, dict[Any, Enum]]], list[tuple[str, str]]]:
    """The columns that are not as the driver gives them: with the members of their enum; of JSON,
    with the name that its text goes by."""
    return enums_of(model), [(name, _raw(name)) for name in json_columns_of(model)]


@cache
def _insertion(model: type[Row], unless_taken: str | None) -> tuple[list[str], str]:
    columns = columns_of(model)
    places = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
    otherwise = f"ON CONFLICT ({unless_taken}) DO NOTHING" if unless_taken else ""
    table = table_of(model)
    return columns, (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) {otherwise} RETURNING 1"  # noqa: S608
    )


def _raw(name: str) -> str:
    return f"_raw_{name}"
