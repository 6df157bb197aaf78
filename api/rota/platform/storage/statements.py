"""SQL as whole, named statements: a constant each, never put together from pieces.

A parameter is written `:name` and becomes `$n` at import, so that the text which PostgreSQL
prepares, and the driver keeps by, is the same every time.
"""

import re
from collections.abc import Mapping
from textwrap import dedent
from typing import Any, TypeVar

import asyncpg

from rota.platform.storage.database import fetch, fetch_records
from rota.platform.storage.records import Row, rows_of

R = TypeVar("R", bound=Row)

# Texts and comments may hold anything, and a cast is no parameter.
_PARAMETER = re.compile(r"'[^']*'|--[^\n]*|::|:([a-z_]+)")


class Statement:
    """Takes its values by name; one that is missing or not its own raises TypeError, and nothing
    is sent."""

    def __init__(self, text: str) -> None:
        places: dict[str, str] = {}

        def place(found: re.Match[str]) -> str:
            name = found[1]
            return places.setdefault(name, f"${len(places) + 1}") if name else found[0]

        self.sql = _PARAMETER.sub(place, dedent(text).strip())
        self.parameters = tuple(places)
        self._names = frozenset(places)

    async def rows(self, **values: Any) -> list[dict[str, Any]]:
        """By column, JSON read; also what UPDATE … RETURNING gives."""
        return await fetch(self.sql, *self.in_order(values))

    async def records(self, **values: Any) -> list[asyncpg.Record]:
        """As the driver gives them: JSON is not read yet."""
        return await fetch_records(self.sql, *self.in_order(values))

    async def models(self, model: type[R], **values: Any) -> list[R]:
        """As rows of the model, for a statement that gives all of its columns."""
        return rows_of(model, await self.records(**values))

    def in_order(self, values: Mapping[str, Any]) -> list[Any]:
        """As its places are numbered."""
        if values.keys() != self._names:
            missing = sorted(self._names - values.keys())
            surplus = sorted(values.keys() - self._names)
            raise TypeError(f"A statement lacks {missing} and does not know {surplus}: {self.sql}")
        return [values[name] for name in self.parameters]
