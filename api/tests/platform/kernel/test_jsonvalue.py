"""How large a value is, and where it is none that can be kept."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.platform.kernel.jsonvalue import MAX_DEPTH, MAX_PARTS, Level, fault, measure
from tests.platform.kernel.test_jsontext import BIG, TEXTS, VALUES

quick = settings(max_examples=300, deadline=None, database=None)
NUL = "The text has a NUL character, which cannot be kept."
SURROGATE = "The text has a broken surrogate."
NO_NUMBER = "The number is too large, or is none."
NO_JSON = "This is not JSON."


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def parts(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(parts, inner))


def characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(len, value)) + sum(map(characters, value.values()))
    inner = value if isinstance(value, list) else ()
    return len(value) if isinstance(value, str) else sum(map(characters, inner))


@given(VALUES)
@quick
def test_a_value_has_parts_and_characters(value: Any) -> None:
    extent = measure(value)
    assert extent.fault is None
    assert extent.parts == parts(value)
    assert extent.characters == characters(value)


def test_they_are_told_level_by_level() -> None:
    extent = measure({"ab": [1, "xyz", {}], "c": {"d": "e"}})
    assert extent.levels == [Level(1, 3), Level(2, 1), Level(4, 4)]


@pytest.mark.parametrize(
    "value",
    [
        *[None, True, 0, "", "a\u0001b", "🔑", [], {}, {"a": [1.5, {"b": None}]}, BIG, [-BIG]],
        *[nested(MAX_DEPTH), Decimal("1.5"), [2**63, -(2**64)]],
    ],
)
def test_X8_what_can_be_kept_has_no_fault(value: Any) -> None:
    assert fault(value) is None


WRONG: list[tuple[Any, str]] = [
    *[(value, NUL) for value in ("\x00", "a\x00b", {"\x00": 1}, {"b": 1, "a\x00": 2})],
    *[(value, SURROGATE) for value in ("\ud800", "\udfff", {"\udc00": 1}, "x\ud83d")],
    *[(value, NO_NUMBER) for value in (math.inf, -math.inf, math.nan, Decimal("NaN"))],
    *[(value, NO_JSON) for value in (b"x", (1,), object(), {1}, range(3))],
    ({1: 2}, "A name is no text."),
    (10**5_000, "The number has too many digits."),
    (-(10**5_000), "The number has too many digits."),
]


@given(
    wrong=st.sampled_from(WRONG),
    beside=st.lists(VALUES, max_size=3),
    steps=st.lists(TEXTS.filter(lambda text: "\0" not in text) | st.integers(0, 3), max_size=5),
)
@quick
def test_X8_what_cannot_be_kept_is_told_where_it_stands(
    wrong: tuple[Any, str], beside: list[Any], steps: list[str | int]
) -> None:
    value, why = wrong
    path: tuple[str | int, ...] = ()
    clean = [one for one in beside if not fault(one)]
    for step in steps:
        if isinstance(step, int):
            index = min(step, len(clean))
            value = [*clean[:index], value, *clean[index:]]
            path = (index, *path)
        else:
            value = {f"{step}{number}": one for number, one in enumerate(clean)} | {step: value}
            path = (step, *path)
    found = fault(value)
    assert found
    assert (found.path, found.message) == (path, why)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_X8_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    found = fault(nested(depth))
    assert found
    assert found.message == f"It is nested more than {MAX_DEPTH} levels deep."
    assert len(found.path) == 8


def test_what_has_too_many_parts_is_not_looked_at() -> None:
    doubled: Any = {}
    for _ in range(100):
        doubled = {"a": doubled, "b": doubled}
    for value in (doubled, [1] * MAX_PARTS, [[b"x"] * MAX_PARTS]):
        found = fault(value)
        assert found
        assert "parts" in found.message
        assert found.path == ()
