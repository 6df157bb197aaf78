"""JSON as text: nothing is lost, nothing that others cannot read comes out."""

import json
import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.graphql.scalars import SCALARS
from rota.platform.kernel import jsontext
from rota.platform.kernel.jsontext import NotJson

BIG = 10**400 + 7
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
quick = settings(max_examples=300, deadline=None, database=None)


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


@given(st.datetimes(timezones=st.just(UTC)))
@quick
def test_a_moment_is_the_text_that_graphql_shows(moment: datetime) -> None:
    """However it is written: quickly, past the quick writer, or in pieces."""
    text = SCALARS[datetime].serialize(moment)
    assert datetime.fromisoformat(text) == moment
    for value in ([moment], [moment, 10**30], [moment, "long" * jsontext.LONG]):
        _, pieces = jsontext.dump_pieces(value)
        for written in (jsontext.dump_bytes(value), b"".join(pieces)):
            assert json.loads(written)[0] == text


@given(VALUES)
@quick
def test_bytes_for_the_wire_say_what_the_slow_writer_says(value: Any) -> None:
    assert json.loads(jsontext.dump_bytes(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize("value", [BIG, -BIG, 2**63, 2**64, [2**64, "ä"], {"a": {"b": BIG}}])
def test_X8_integers_of_any_size_are_exact(value: Any) -> None:
    assert jsontext.loads(jsontext.dump_bytes(value)) == value
    assert jsontext.loads(jsontext.dumps(value)) == value


DIGITS = st.builds(
    lambda sign, whole, fraction, exponent: f"{sign}{whole}.{fraction}{exponent}",
    st.sampled_from(["", "-"]),
    st.integers(0, 10**25),
    st.text("0123456789", min_size=1, max_size=30),
    st.sampled_from(["", "e3", "E-7", "e+21", "e-330"]),
)


@given(digits=DIGITS, beside=VALUES)
@quick
def test_X8_fractions_are_exact(digits: str, beside: Any) -> None:
    value = jsontext.loads(digits)
    assert Decimal(repr(value) if isinstance(value, float) else value) == Decimal(digits)
    assert isinstance(value, float) is (Decimal(repr(float(digits))) == Decimal(digits))
    whole = {"a": [value, beside], "b": value, "c": [BIG]}
    for write in (jsontext.dumps, jsontext.dumps_readable, jsontext.dump_bytes):
        read = jsontext.loads(write(whole))
        assert jsontext.is_same(read, whole)
        assert repr(read) == repr(whole)
    assert repr(jsontext.loads(jsontext.dump_bytes([value]))) == repr([value])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0.1", 0.1),
        ("0.10", 0.1),
        ("1e3", 1000.0),
        ("-0.0", -0.0),
        ("0e999999999", 0.0),
        ("1e23", 1e23),
        ("0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
        ("1234567890123456.78", Decimal("1234567890123456.78")),
        ("1e-400", Decimal("1e-400")),
        ("9007199254741.001e3", 9007199254741001),
        ("9007199254741001.0", 9007199254741001),
        ("9007199254741001.50e1", 90071992547410015),
    ],
)
def test_X8_a_double_stays_a_double_where_it_gives_the_digits_back(text: str, read: Any) -> None:
    assert repr(jsontext.loads(text)) == repr(read)
    assert repr(jsontext.number(text)) == repr(read)


@pytest.mark.parametrize("text", ["0", "-7", "12345678901234567890123"])
def test_whole_numbers_stay_whole(text: str) -> None:
    assert repr(jsontext.number(text)) == text


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("-Infinity"), object(), {1, 2}])
@pytest.mark.parametrize("beside", [{}, {"big": BIG}])
def test_what_is_no_json_is_not_written(value: Any, beside: dict[str, Any]) -> None:
    for write in (jsontext.dumps, jsontext.dumps_readable, jsontext.dump_bytes):
        with pytest.raises(TypeError):
            write({"odd": value} | beside)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a":1,"b":2,"a":1}', '"a"'),
        ('[{"b":{"a":1,"a":2}}]', '"a"'),
        ('{"":1,"":2}', '""'),
        ('{"\\u0061":1,"a":2}', '"a"'),
        (f'{{"{"x" * 99}":1,"{"x" * 99}":2}}', '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'),
    ],
)
def test_a_key_that_stands_twice_is_refused_where_it_matters(text: str, key: str) -> None:
    assert jsontext.loads(text) is not None
    with pytest.raises(NotJson) as refusal:
        jsontext.loads(text, unique_keys=True)
    assert str(refusal.value).startswith(f"The key {key}")
    assert len(str(refusal.value)) < 100


@given(VALUES)
@quick
def test_keys_that_differ_are_taken(value: Any) -> None:
    text = jsontext.dumps(value)
    assert repr(jsontext.loads(text, unique_keys=True)) == repr(jsontext.loads(text))


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
        (f"0.{'1' * 5000}", f"The number 0.{'1' * 38}… has too many digits."),
        ("1e-5000", "The number 1e-5000 has too many digits."),
        ("1e-999999999999999999999", "The number 1e-999999999999999999999 has too many digits."),
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


SAME: list[tuple[Any, Any]] = [
    (10**23, 1e23), (Decimal("12345678901234567890.0"), 12345678901234567890),
    (Decimal("0.10"), 0.1),
    (1, 1.0), (0, -0.0), (10**20, 1e20), ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}), ([], []),
    ([True, None], [True, None]), ("é", "é"), ({"a": [{"b": 1}]}, {"a": [{"b": 1.0}]}),
]  # fmt: skip
DIFFERENT: list[tuple[Any, Any]] = [
    (1, True), (0, False), (1.0, True), (0, None), (False, None), ("", None), ([], {}), ("1", 1),
    ([1, 2], [2, 1]), ({"a": 1}, {"a": True}), ({"a": None}, {}), ([1], [True]), ("é", "e\u0301"),
    (Decimal("0.10000000000000001"), 0.1), (Decimal("1e-400"), 0), (Decimal("1e-400"), 0.0),
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
