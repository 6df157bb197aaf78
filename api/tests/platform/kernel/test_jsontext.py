"""JSON as text: nothing is lost, nothing that others cannot read comes out."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.platform.kernel import jsontext
from rota.platform.kernel.jsontext import MAX_DEPTH, NotJson

BIG = 10**400 + 7
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
quick = settings(max_examples=300, deadline=None, database=None)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@given(VALUES)
@quick
def test_X8_what_is_written_reads_back_identical(value: Any) -> None:
    for text in (
        jsontext.dumps(value),
        jsontext.dumps_readable(value),
        jsontext.dump_bytes(value),
    ):
        read = jsontext.loads(text)
        assert repr(read) == repr(value)  # types, signs of zero and the order of keys as well


@given(VALUES)
@quick
def test_bytes_for_the_wire_say_what_the_slow_writer_says(value: Any) -> None:
    assert json.loads(jsontext.dump_bytes(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize("value", [BIG, -BIG, 2**63, 2**64, [2**64, "ä"], {"a": {"b": BIG}}])
def test_X8_integers_of_any_size_are_exact(value: Any) -> None:
    assert jsontext.loads(jsontext.dump_bytes(value)) == value
    assert jsontext.loads(jsontext.dumps(value)) == value
    assert jsontext.fault(value) is None


@pytest.mark.parametrize("beside", [{}, {"big": BIG}])
def test_a_decimal_is_text_on_the_wire(beside: dict[str, Any]) -> None:
    sent = jsontext.dump_bytes({"cost": Decimal("0.10")} | beside)
    assert jsontext.loads(sent) == {"cost": "0.10"} | beside
    with pytest.raises(TypeError):
        jsontext.dump_bytes({"odd": object()} | beside)


def test_the_order_of_keys_stays() -> None:
    text = '{"b":1,"a":{"z":1,"y":2},"":0}'
    value = jsontext.loads(text)
    assert jsontext.dumps(value) == text
    assert jsontext.dumps_readable(value) == text
    assert jsontext.dump_bytes(value).decode() == text


def test_a_model_reads_letters_and_the_database_ascii() -> None:
    assert jsontext.dumps_readable({"ä": "🔑"}) == '{"ä":"🔑"}'
    assert jsontext.dumps({"ä": "🔑"}) == '{"\\u00e4":"\\ud83d\\udd11"}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NaN", "NaN is not a JSON number."),
        ("[Infinity]", "Infinity is not a JSON number."),
        ('{"a": -Infinity}', "-Infinity is not a JSON number."),
        ("1e400", "The number 1e400 is too large."),
        ("-1.5e999", "The number -1.5e999 is too large."),
        ("1" * 5000, f"The number {'1' * 40}… has too many digits."),
        (b'"\xff"', "It is not encoded in UTF-8."),
        ("[" * 100_000, "It is nested too deeply."),
        ('{"a":' * 100_000, "It is nested too deeply."),
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("{'a': 1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[1] 2", "Extra data: line 1 column 5 (char 4)"),
    ],
)
def test_X8_what_is_not_json_is_refused_in_words(text: str | bytes, why: str) -> None:
    with pytest.raises(NotJson) as refusal:
        jsontext.loads(text)
    assert str(refusal.value) == why


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf], {"a": math.nan}])
def test_X8_what_is_no_number_is_not_written(value: Any) -> None:
    for dumps in (jsontext.dumps, jsontext.dumps_readable):
        with pytest.raises(ValueError, match="Out of range"):
            dumps(value)
    with pytest.raises(ValueError, match="Out of range"):
        jsontext.dump_bytes([value, BIG])
    assert jsontext.loads(jsontext.dump_bytes(value)) != value


@pytest.mark.parametrize(
    "value",
    [None, True, 0, "", "a\u0001b", "🔑", [], {}, {"a": [1.5, {"b": None}]}, nested(MAX_DEPTH)],
)
def test_X8_what_can_be_kept_has_no_fault(value: Any) -> None:
    assert jsontext.fault(value) is None


@pytest.mark.parametrize(
    ("value", "why"),
    [
        *[
            (value, "It has a text with a NUL character or a broken surrogate.")
            for value in ("\x00", ["a\x00b"], {"\x00": 1}, {"a": {"b": "\ud800"}}, "\udfff",
                          {"\udc00": 1})
        ],
        *[
            (value, "It has a number that is too large.")
            for value in (math.inf, [-math.inf], {"a": math.nan})
        ],
        (nested(MAX_DEPTH + 1), f"It is nested more than {MAX_DEPTH} levels deep."),
        (nested(100_000), f"It is nested more than {MAX_DEPTH} levels deep."),
    ],
)  # fmt: skip
def test_X8_what_cannot_be_kept_has_its_reason(value: Any, why: str) -> None:
    assert jsontext.fault(value) == why


SAME = [
    (1, 1.0), (0, -0.0), (10**20, 1e20), ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}), ([], []),
    ([True, None], [True, None]), ("é", "é"), ({"a": [{"b": 1}]}, {"a": [{"b": 1.0}]}),
]  # fmt: skip
DIFFERENT: list[tuple[Any, Any]] = [
    (1, True), (0, False), (1.0, True), (0, None), (False, None), ("", None), ([], {}), ("1", 1),
    ([1, 2], [2, 1]), ({"a": 1}, {"a": True}), ({"a": None}, {}), ([1], [True]), ("é", "e\u0301"),
    (2**53 + 1, float(2**53)), (BIG, BIG + 1), ({"a": [0]}, {"a": [False]}),
    (True, ["literal", True]), (None, ["literal", None]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_R1_json_equal_values_are_the_same(one: Any, other: Any) -> None:
    assert jsontext.is_same(one, other)
    assert jsontext.is_same(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_R1_other_values_are_not(one: Any, other: Any) -> None:
    assert not jsontext.is_same(one, other)
    assert not jsontext.is_same(other, one)
    assert jsontext.is_same(one, one)
    assert jsontext.is_same(other, other)
