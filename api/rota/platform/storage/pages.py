"""Lists in pages, in keyset order: a page deep in the list costs what the first one does."""

import base64
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

import asyncpg

from rota.platform.kernel import answer_size, jsontext
from rota.platform.kernel.errors import BadRequest
from rota.platform.kernel.names import is_storable
from rota.platform.storage.database import fetch_records
from rota.platform.storage.orm import table_of
from rota.platform.storage.records import Row, select_lean
from rota.platform.storage.selections import Selection

R = TypeVar("R", bound=Row)
S = TypeVar("S")


@dataclass(frozen=True)
class Order:
    """By a column of which no two rows have the same value."""

    column: str
    descending: bool = False

    @property
    def terms(self) -> str:
        return f"{self.column} {'DESC' if self.descending else 'ASC'}"


BY_NAME = Order("name_key")
NEWEST_FIRST = Order("id", descending=True)


@dataclass
class Query(Generic[R]):
    """The rows of a model that meet every condition."""

    model: type[R]
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def where(self, condition: str, *values: Any) -> "Query[R]":
        """`condition` is our own SQL, with a {} for each value. Nothing equals None."""
        names = [f"${len(self.values) + at}" for at in range(1, len(values) + 1)]
        both = [*self.conditions, condition.format(*names)]
        return Query(self.model, both, [*self.values, *values])

    def tail(self, order: Order, most: int) -> str:
        """What follows FROM."""
        return f"{self._where} ORDER BY {order.terms} LIMIT {most}"

    async def count(self) -> int:
        answer_size.add_reads()
        sql = f"SELECT count(*) FROM {table_of(self.model)} {self._where}"  # noqa: S608 (ours)
        [record] = await fetch_records(sql, *self.values)
        return int(record["count"])

    @property
    def _where(self) -> str:
        return f"WHERE {' AND '.join(self.conditions)}" if self.conditions else ""


@dataclass(eq=False)
class Page(Generic[R]):
    """Read once it is awaited, whole rows without what is long; or by `records`, which reads only
    what is selected and leaves no rows."""

    query: Query[R]  # of the whole list
    rest: Query[R]  # of what is left of it where the page begins
    order: Order
    first: int
    has_previous: bool
    has_next: bool = False
    _rows: list[R] | None = None
    _ends: tuple[Any, Any] | None = None

    @property
    def is_read(self) -> bool:
        return self._rows is not None

    @property
    def rows(self) -> list[R]:
        if self._rows is None:
            raise RuntimeError("The page was not awaited.")
        return self._rows

    def __await__(self) -> Generator[Any, Any, "Page[R]"]:
        return self._read().__await__()

    async def _read(self) -> "Page[R]":
        if self._rows is None:
            tail = self.rest.tail(self.order, self.first + 1)
            rows = await select_lean(self.query.model, tail, *self.rest.values)
            self._rows = self._cut(rows, attrgetter(self.order.column))
        return self

    async def records(self, selection: Selection) -> list[asyncpg.Record]:
        """Of the page's rows; the order's column is among what is selected."""
        tail = self.rest.tail(self.order, self.first + 1)
        found = await selection.records(tail, self.order.terms, *self.rest.values)
        return self._cut(found, itemgetter(selection.place(self.order.column)))

    def _cut(self, rows: list[S], place: Callable[[S], Any]) -> list[S]:
        answer_size.add_rows(len(rows))
        self.has_next = len(rows) > self.first
        shown = rows[: self.first]
        self._ends = (place(shown[0]), place(shown[-1])) if shown else None
        return shown

    async def count(self) -> int:
        """Of all rows of the list; only when somebody wants to know."""
        return await self.query.count()

    @property
    def cursors(self) -> tuple[str, str] | None:
        """Of its first row and its last, once it was read; None where there is none."""
        if self._ends is None:
            return None
        first, last = self._ends
        return cursor_of(self.order, first), cursor_of(self.order, last)

    def cursor(self, row: R) -> str:
        return cursor_of(self.order, getattr(row, self.order.column))


def cursor_of(order: Order, value: Any) -> str:
    """Of the row that has this value in the order's column."""
    text = jsontext.dumps([order.column, str(value)])
    return base64.urlsafe_b64encode(text.encode()).decode()


def fetch_page(
    query: Query[R], order: Order, first: int | None, after: str | None, *, default: int
) -> Page[R]:
    """`first` is 1 to 100; `after` is a cursor that a page of the same order gave. Raises
    BadRequest. It is read when it is awaited."""
    answer_size.add_reads()
    first = default if first is None else first
    if not 1 <= first <= 100:
        raise BadRequest("`first` must be from 1 to 100.")
    rest = query
    if after:
        sign = "<" if order.descending else ">"
        rest = query.where(f"{order.column} {sign} {{}}", _read_cursor(after, order))
    return Page(query, rest, order, first, has_previous=after is not None)


def _read_cursor(cursor: str, order: Order) -> str:
    try:
        column, value = jsontext.loads(base64.urlsafe_b64decode(cursor.encode()))
        if column == order.column and isinstance(value, str) and is_storable(value):
            return str(UUID(value)) if column == "id" else value
    except (ValueError, TypeError):
        pass
    raise BadRequest("`after` is not a cursor of this list. Take one from its pageInfo.")
