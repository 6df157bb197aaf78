"""The contract's scalars that GraphQL does not bring along."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NewType

import orjson
import strawberry
from graphql import (
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    value_from_ast_untyped,
)

from rota.platform.kernel import jsontext
from rota.platform.kernel.jsonvalue import measure

Json = NewType("Json", object)


def _read_json(value: Any) -> Any:
    """What a text may not have is told at its place, by whoever wants to keep it."""
    fault = measure(value).fault
    if fault and not fault.is_of_text:
        raise ValueError(f"This JSON cannot be kept. {fault.message}")
    return value


def _read_json_literal(node: ValueNode, variables: Any = None) -> Any:
    return _read_json(_literal(node, variables))


def _literal(node: ValueNode, variables: Any) -> Any:
    match node:
        case IntValueNode(value=digits) | FloatValueNode(value=digits):
            return jsontext.number(digits)
        case ListValueNode(values=parts):
            return [_literal(part, variables) for part in parts]
        case ObjectValueNode(fields=fields):
            return {field.name.value: _literal(field.value, variables) for field in fields}
    return value_from_ast_untyped(node, variables)


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
        parse_literal=_read_json_literal,
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
