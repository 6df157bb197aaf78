"""The contract's scalars that GraphQL does not bring along."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NewType

import orjson
import strawberry
from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from rota.platform.kernel import jsontext
from rota.platform.kernel.answer_size import add_text
from rota.platform.kernel.jsonvalue import measure

Json = NewType("Json", object)


def _read_json(value: Any) -> Any:
    """What a text may not have is told at its place, by whoever wants to keep it."""
    fault = measure(value).fault
    if fault and not fault.is_of_text:
        raise ValueError(f"This JSON cannot be kept. {fault.message}")
    return value


def _show_json(value: Any) -> Any:
    if isinstance(value, jsontext.Written):
        add_text(len(value.text))
    elif value is not None:
        add_text(measure(value).characters)
    return value


def _read_json_literal(node: ValueNode, variables: dict[str, Any] | None = None) -> Any:
    return _read_json(_literal(node, variables or {}))


def _literal(node: ValueNode, variables: dict[str, Any]) -> Any:
    """As GraphQL reads lists and objects of its own: with a variable that has no value, a field is
    left out, and an item is null."""
    match node:
        case ObjectValueNode():
            return {
                field.name.value: _literal(field.value, variables)
                for field in node.fields
                if not (
                    isinstance(field.value, VariableNode)
                    and field.value.name.value not in variables
                )
            }
        case ListValueNode():
            return [_literal(item, variables) for item in node.values]
        case VariableNode():
            return _plain(variables.get(node.name.value))
        case IntValueNode() | FloatValueNode():
            return jsontext.number(node.value)
        case StringValueNode() | BooleanValueNode() | EnumValueNode():
            return node.value
    return None


def _plain(value: Any) -> Any:
    """A variable of another type is read already, and stands in JSON as it was written."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime):
        return _write_time(value)
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
        serialize=_show_json,
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
