"""Some columns of rows, and of rows that these refer to, by one statement."""

from dataclasses import dataclass, field
from typing import Any

import asyncpg

from rota.platform.storage.database import fetch_records
from rota.platform.storage.orm import table_of
from rota.platform.storage.records import Row


@dataclass
class Joined:
    """What all parts of a statement share: what it selects, in order, and whom it joins."""

    columns: list[str] = field(default_factory=list)
    references: dict[tuple[str, type[Row]], str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)


@dataclass
class Selection:
    """Columns of a model's rows, each at its place in the records. `name` is what the statement
    calls the rows."""

    model: type[Row]
    name: str
    joined: Joined

    @classmethod
    def of(cls, model: type[Row]) -> "Selection":
        return cls(model, table_of(model), Joined())

    def place(self, column: str) -> int:
        """Where the column's value stands."""
        term = f"{self.name}.{column}"
        if term not in self.joined.columns:
            self.joined.columns.append(term)
        return self.joined.columns.index(term)

    def refer(self, column: str, model: type[Row]) -> "Selection":
        """Of the row whose id the column holds; its columns are null where there is none."""
        key = f"{self.name}.{column}", model
        name = self.joined.references.get(key)
        if name is None:
            name = self.joined.references[key] = f"r{len(self.joined.references) + 1}"
            self.joined.joins.append(f"LEFT JOIN {table_of(model)} {name} ON {name}.id = {key[0]}")
        return Selection(model, name, self.joined)

    async def records(self, tail: str, order: str, *values: Any) -> list[asyncpg.Record]:
        """Of the rows that `tail` leaves (what follows FROM, our own SQL), in this order. They are
        chosen by themselves first: in the tail the columns of others would be taken for theirs."""
        columns, table = ", ".join(self.joined.columns), table_of(self.model)
        joins = " ".join(self.joined.joins)
        ordered = f"ORDER BY {table}.{order}" if order else ""
        sql = f"SELECT {columns} FROM (SELECT * FROM {table} {tail}) {table} {joins} {ordered}"  # noqa: S608 (ours)
        return await fetch_records(sql, *values)
