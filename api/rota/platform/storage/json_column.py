"""JSON columns hold any JSON value, exactly: a text that looks like JSON stays a text.

The ORM's own field takes every string for JSON text. Here the driver does the
encoding, so that a value is a value everywhere above it.
"""

from typing import Any, TypeVar

import asyncpg
from tortoise import fields

from rota.platform.kernel import jsontext

T = TypeVar("T")


class RawJson(str):
    """JSON text as it came from the database, not yet read."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        return jsontext.loads(self)


class JsonField(fields.JSONField[T]):
    def to_python_value(self, value: Any) -> Any:
        return value.value if isinstance(value, RawJson) else value

    def to_db_value(self, value: Any, instance: Any) -> Any:
        return value


async def use_json_codec(connection: asyncpg.Connection) -> None:
    for type_name in ("json", "jsonb"):
        await connection.set_type_codec(
            type_name, schema="pg_catalog", encoder=jsontext.dumps, decoder=RawJson
        )
