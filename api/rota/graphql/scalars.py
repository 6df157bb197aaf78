"""The contract's scalars that GraphQL does not bring along."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NewType

import orjson
import strawberry

from rota.platform.kernel import jsontext

Json = NewType("Json", object)


def _read_json(value: Any) -> Any:
    if problem := jsontext.fault(value):
        raise ValueError(f"This JSON cannot be kept. {problem}")
    return value


def _write_time(value: datetime) -> str:
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return orjson.dumps(in_utc, option=orjson.OPT_UTC_Z)[1:-1].decode()


def _read_time(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("A DateTime looks like 2026-01-31T09:00:00Z, zone included.") from None


SCALARS: dict[object, Any] = {
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=lambda value: value,
        parse_value=_read_json,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment as RFC 3339 text in UTC.",
        serialize=_write_time,
        parse_value=_read_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, as text.",
        serialize=str,
        parse_value=Decimal,
    ),
}
