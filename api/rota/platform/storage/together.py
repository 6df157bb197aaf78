"""Several new rows by one statement: all of them, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any, TypeAlias

from rota.platform.storage.database import fetch_records
from rota.platform.storage.orm import columns_of, mark_stored, table_of
from rota.platform.storage.records import Row, as_stored
from rota.platform.storage.statements import Statement

# A row to come, by its columns.
Stored: TypeAlias = tuple[type[Row], Mapping[str, Any]]


@dataclass(frozen=True)
class Given:
    """What has to be there: the one row that `statement` reads, and may lock. `gives` names the new
    rows' columns that take their value from one of its own."""

    statement: Statement
    values: Mapping[str, Any] = field(default_factory=dict)
    gives: Mapping[str, str] = field(default_factory=dict)


NOTHING = Given(Statement("SELECT"))


async def insert_with(row: Row, *others: Stored, unless_taken: str, given: Given = NOTHING) -> bool:
    """False, and nothing is stored, where another row has what this one has in the columns of the
    unique index `unless_taken`, also between two racing requests, or where the given is not there.
    """
    model = type(row)
    rows: list[Stored] = [
        (model, {name: getattr(row, name) for name in columns_of(model)}),
        *others,
    ]
    gives = tuple(given.gives.items())
    sql = _insertion(tuple(model for model, _ in rows), unless_taken, given.statement, gives)
    values = given.statement.in_order(given.values)
    for model, held in rows:
        values += [as_stored(held[name]) for name in _sent(model, gives)]
    is_stored = bool(await fetch_records(sql, *values))
    mark_stored(row, is_stored)
    return is_stored


def _sent(model: type[Row], gives: Sequence[tuple[str, str]]) -> list[str]:
    return [name for name in columns_of(model) if name not in dict(gives)]


@cache
def _insertion(
    models: tuple[type[Row], ...],
    unless_taken: str,
    given: Statement,
    gives: tuple[tuple[str, str], ...],
) -> str:
    """The rows after the first are stored if that one is. What is given has the first values."""
    taken = dict(gives)
    places = count(len(given.parameters) + 1)
    parts = [f"given AS ({given.sql})"]
    for at, model in enumerate(models):
        columns = columns_of(model)
        terms = [
            f"given.{taken[name]}" if name in taken else f"${next(places)}" for name in columns
        ]
        name, source, otherwise = f"r{at}", "r0, given", ""
        if at == 0:
            source, otherwise = "given", f"ON CONFLICT {unless_taken} DO NOTHING"
        parts.append(
            f"{name} AS (INSERT INTO {table_of(model)} ({', '.join(columns)}) "  # noqa: S608 (ours)
            f"SELECT {', '.join(terms)} FROM {source} {otherwise} RETURNING 1)"
        )
    return f"WITH {', '.join(parts)} SELECT FROM r0"
