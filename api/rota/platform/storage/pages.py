"""Lists in pages, in keyset order: a page deep in the list costs what the first one does."""

import base64
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from rota.platform.kernel import answer_size, jsontext
from rota.platform.kernel.errors import BadRequest
from rota.platform.kernel.names import is_storable
from rota.platform.storage.database import fetch_records
from rota.platform.storage.orm import table_of
from rota.platform.storage.records import Row, select_lean

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Order:
    """By a column of which no two rows have the same value."""

    column: str
    descending: bool = False


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

    async def rows(self, order: Order, most: int) -> list[R]:
        way = "DESC" if order.descending else "ASC"
        tail = f"{self._where} ORDER BY {order.column} {way} LIMIT {most}"
        return await select_lean(self.model, tail, *self.values)

    async def count(self) -> int:
        answer_size.add_reads()
        sql = f"SELECT count(*) FROM {table_of(self.model)} {self._where}"  # noqa: S608 (ours)
        [record] = await fetch_records(sql, *self.values)
        return int(record["count"])

    @property
    def _where(self) -> str:
        return f"WHERE {' AND '.join(self.conditions)}" if self.conditions else ""


@dataclass(frozen=True)
class Page(Generic[R]):
    rows: list[R]
    order: Order
    has_next: bool
    has_previous: bool
    query: Query[R]

    async def count(self) -> int:
        """Of all rows of the list; only when somebody wants to know."""
        return await self.query.count()

    def cursor(self, row: R) -> str:
        text = jsontext.dumps([self.order.column, str(getattr(row, self.order.column))])
        return base64.urlsafe_b64encode(text.encode()).decode()


async def fetch_page(
    query: Query[R], order: Order, first: int | None, after: str | None, *, default: int
) -> Page[R]:
    """`first` is 1 to 100; `after` is a cursor that a page of the same order gave."""
    answer_size.add_reads()
    first = default if first is None else first
    if not 1 <= first <= 100:
        raise BadRequest("`first` must be from 1 to 100.")
    rest = query
    if after:
        sign = "<" if order.descending else ">"
        rest = query.where(f"{order.column} {sign} {{}}", _read_cursor(after, order))
    rows = await rest.rows(order, first + 1)
    answer_size.add_rows(len(rows))
    return Page(rows[:first], order, len(rows) > first, after is not None, query)


def _read_cursor(cursor: str, order: Order) -> str:
    try:
        column, value = jsontext.loads(base64.urlsafe_b64decode(cursor.encode()))
        if column == order.column and isinstance(value, str) and is_storable(value):
            return str(UUID(value)) if column == "id" else value
    except (ValueError, TypeError):
        pass
    raise BadRequest("`after` is not a cursor of this list. Take one from its pageInfo.")
