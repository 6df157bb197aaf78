"""JSON written into a document: read as the same JSON among the variables is, and with variables in
it as GraphQL reads lists and objects of its own."""

import json
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import strawberry
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strawberry.schema.config import StrawberryConfig

from rota.graphql.scalars import SCALARS, Json

NAMES = ["a", "b", "c", "long_name", "B2", "null_", "__x"]
VARIABLES = {"given": {"k": [1, None]}, "empty": None, "text": "$given", "flag": False}
ABSENT = "absent"


@strawberry.enum
class Colour(Enum):
    RED = "r"


@strawberry.type
class Query:
    @strawberry.field
    def echo(self, value: Json | None = None) -> Json | None:
        return Json({"came": value})

    @strawberry.field
    def others(self, colour: Colour, at: datetime, price: Decimal) -> bool:
        return True


SCHEMA = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))


class Variable(str):
    __slots__ = ()


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**40), 10**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    st.sampled_from([Variable(name) for name in (*VARIABLES, ABSENT)]),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


def written(value: Any) -> str:
    if isinstance(value, Variable):
        return f"${value}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {written(item)}' for name, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return json.dumps(value)


def meant(value: Any) -> Any:
    if isinstance(value, Variable):
        return VARIABLES.get(value)
    if isinstance(value, dict):
        return {
            name: meant(item)
            for name, item in value.items()
            if not (isinstance(item, Variable) and item == ABSENT)
        }
    return list(map(meant, value)) if isinstance(value, list) else value


def echoed(literal: str, variables: dict[str, Any]) -> Any:
    used = [name for name in (*VARIABLES, ABSENT) if f"${name}" in literal.replace('"$', "")]
    definitions = ", ".join(f"${name}: JSON" for name in used)
    head = f"query ({definitions})" if used else "query"
    result = SCHEMA.execute_sync(
        f"{head} {{ echo(value: {literal}) }}",
        {name: value for name, value in variables.items() if name in used},
    )
    assert result.errors is None, (literal, result.errors)
    assert result.data is not None
    return result.data["echo"]["came"]


@settings(max_examples=600)
@given(values)
@example({"a": Variable(ABSENT), "b": [Variable(ABSENT), None], "c": None})
@example({"a": {"b": {"c": Variable(ABSENT)}}})
@example({"a": 12345678901234567890, "b": 0.1, "c": -0.0})
@example([[], {}, [[Variable("given")]], {"a": Variable("empty")}])
def test_a_literal_is_read_as_it_is_written(value: Any) -> None:
    came = echoed(written(value), VARIABLES)
    assert came == meant(value)
    assert repr(came) == repr(meant(value)), "the kinds of numbers, too"


@pytest.mark.parametrize(
    ("literal", "problem"),
    [
        ("1e999", "too large"),
        ("9" * 5000, "too many digits"),
        ("[" * 300 + "]" * 300, "nested"),
    ],
    ids=["huge", "long", "deep"],
)
def test_what_is_no_json_is_refused_with_words(literal: str, problem: str) -> None:
    result = SCHEMA.execute_sync(f"{{ echo(value: {literal}) }}")
    assert result.errors
    assert problem in result.errors[0].message


def test_what_stands_in_json_is_what_was_written_whatever_its_type() -> None:
    document = """query ($c: Colour, $cs: [Colour!], $at: DateTime, $p: Decimal) {
      echo(value: {c: $c, cs: $cs, at: $at, p: $p, e: RED, block: \"\"\"x
      y\"\"\"})
    }"""
    variables = {"c": "RED", "cs": ["RED"], "at": "2026-01-31T09:00:00Z", "p": "1.50"}
    result = SCHEMA.execute_sync(document, variables)
    assert result.errors is None
    read = {**variables, "p": Decimal("1.50"), "e": "RED", "block": "x\ny"}
    assert result.data == {"echo": {"came": read}}
