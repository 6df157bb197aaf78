"""What schemas mean: formats, references by odd names, numbers, and places in any value."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rota.contracts import (
    UnusableSchemaError,
    check_schema,
    compile_contract,
    generate_model_from_json_schema,
)
from rota.contracts.structure import Structure
from rota.contracts.validators import DIALECTS
from rota.platform.kernel import jsontext
from rota.platform.kernel.jsonvalue import measure
from tests.contracts.test_contracts import JSON, SCHEMAS

WRONG_FORMATS = {
    "date": "2026-02-30",
    "date-time": "2026-01-01",
    "time": "25:00:00Z",
    "duration": "1 day",
    "email": "nobody",
    "idn-email": "nobody",
    "hostname": "-a-",
    "idn-hostname": "〮a",
    "ipv4": "1.2.3",
    "ipv6": "::x",
    "uri": "no uri",
    "uri-reference": "\\\\a",
    "iri": "no iri",
    "iri-reference": "\\\\a",
    "uri-template": "{",
    "uuid": "2eb8aa08",
    "json-pointer": "a",
    "relative-json-pointer": "/a",
    "regex": "(",
}


@pytest.mark.parametrize("dialect", DIALECTS.values())
@pytest.mark.parametrize(("name", "wrong"), WRONG_FORMATS.items())
def test_T2_formats_mean_the_same_under_every_draft(dialect: str, name: str, wrong: str) -> None:
    schema = {"$schema": dialect, "type": "object", "properties": {"it": {"format": name}}}
    contract = compile_contract(schema)
    [issue] = contract.issues({"it": wrong})
    assert issue.path == ("it",)
    assert name in issue.message
    assert contract.issues({"it": 7}) == []


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_T2_formats_that_nobody_knows_say_nothing(dialect: str) -> None:
    schema = {"$schema": dialect, "type": "object", "properties": {"it": {"format": "mine"}}}
    assert compile_contract(schema).issues({"it": "x"}) == []


ODD_NAMES = st.one_of(
    st.text("Boxint[](){}<>,.|^`\"'\\ #?%&;:@!$*+=-_é日🔑", min_size=1, max_size=12),
    st.sampled_from(
        ["Box[int]", "a b", "100%", "%", "%%", "a%2", "a#b", "é", "Pair[str, Box[int]]"]
    ),
)


@given(name=ODD_NAMES, is_encoded=st.booleans())
@settings(max_examples=300, deadline=None, database=None)
def test_T1_definitions_may_have_any_name(name: str, is_encoded: bool) -> None:
    pointed = name.replace("~", "~0")
    if is_encoded:
        pointed = "".join(f"%{byte:02X}" for byte in pointed.encode())
    elif "%" in name and len(name) > 2:
        pointed = pointed.replace("%", "%25")  # or it may be taken for an octet
    schema = {
        "type": "object",
        "properties": {"it": {"$ref": f"#/$defs/{pointed}"}},
        "$defs": {name: {"type": "string"}},
    }
    assert check_schema(schema) == []
    contract = compile_contract(schema)
    assert [issue.path for issue in contract.issues({"it": 1})] == [("it",)]
    assert contract.issues({"it": "x"}) == []
    assert contract.schema == schema


def test_T1_what_only_looks_like_a_reference_stays_as_it_is() -> None:
    constant = {"$ref": "#/$defs/Box[int]"}
    schema = {
        "type": "object",
        "properties": {"const": {"$ref": "#/$defs/Box[int]"}, "it": {"const": constant}},
        "$defs": {"Box[int]": {"type": "integer"}},
    }
    assert check_schema(schema) == []
    contract = compile_contract(schema)
    assert contract.issues({"it": constant, "const": 1}) == []
    assert [issue.path for issue in contract.issues({"it": {"$ref": "#/$defs/Box%5Bint%5D"}})] == [
        ("it",)
    ]
    assert [issue.path for issue in contract.issues({"const": "x"})] == [("const",)]


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        ({"contains": {"const": 1}}, [2], "too few items of the kind"),
        ({"contains": True, "maxContains": 1}, [2, 3], "or too many"),
        ({"not": {"type": "string"}}, "x", "must not be"),
        ({"oneOf": [True, True]}, 1, "several of the allowed forms"),
        ({"uniqueItems": True}, [1, 1], "an item twice"),
        ({"const": {"a": [1]}}, 1, 'must be {"a":[1]}'),
        ({"pattern": "^a"}, "b", 'does not match the pattern "^a"'),
        ({"additionalProperties": False}, {"a": 1}, "No properties are allowed here"),
        ({"properties": {"b": True}, "additionalProperties": False}, {"a": 1}, "No such prop"),
        ({"unevaluatedProperties": False}, {"a": 1}, "No such properties"),
    ],
)
def test_T2_words_are_ours(schema: Any, value: Any, words: str) -> None:
    [(path, message)] = compile_contract(schema).faults(value)
    assert path == ()
    assert words in message
    assert "The value" in message or message.startswith(("The list", "The text", "No "))


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x\udfff"])
def test_T1_what_a_text_may_not_have_is_told_at_its_place(text: str) -> None:
    place = ("properties", "it", "pattern")
    schema = {"type": "object", "properties": {"it": {"pattern": text}}}
    assert [issue.path for issue in check_schema(schema)] == [place]
    contract = compile_contract({"type": "object"})
    assert [issue.path for issue in contract.issues({"a": [{"b": text}]})] == [("a", "0", "b")]
    assert [issue.path for issue in contract.issues({"a": [{text: 1}]})] == [("a", "0")]


def test_T1_what_a_schema_leads_to_is_followed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Counted(Structure):
        def __init__(self, schema: Any) -> None:
            made.append(1)
            super().__init__(schema)

    monkeypatch.setattr("rota.contracts.compiling.Structure", Counted)
    schema = {"title": "once", "$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}}
    assert check_schema(schema) == []
    assert check_schema(dict(schema)) == []
    assert compile_contract(schema).issues({}) == []
    assert made == [1]


DIGITS = st.builds(
    lambda sign, whole, fraction: f"{sign}{whole}.{fraction}",
    st.sampled_from(["", "-"]),
    st.integers(0, 2**63 - 1),  # beyond, the library compares a fraction with a limit as doubles
    st.text("0123456789", min_size=1, max_size=20),
)


@given(digits=DIGITS, other=DIGITS)
@example("1125899906842624.1", "1125899906842624.0")
@example("-36028797018963967.1", "-36028797018963968.0")
@settings(max_examples=300, deadline=None, database=None)
def test_T2_numbers_are_judged_to_the_last_digit(digits: str, other: str) -> None:
    value = jsontext.loads(digits)
    exact, compared = Decimal(digits), Decimal(other)
    said: dict[str, Any] = {"properties": {"it": {"maximum": jsontext.loads(other)}}}
    assert (compile_contract(said).issues({"it": value}) == []) is (exact <= compared)
    said = {"properties": {"it": {"const": value}}}
    assert compile_contract(said).issues({"it": value}) == []
    assert (compile_contract(said).issues({"it": jsontext.loads(other)}) == []) is (
        exact == compared
    )
    model = generate_model_from_json_schema({"type": "object"})
    kept = model.model_validate({"it": value}).model_dump()
    assert jsontext.is_same(jsontext.loads(jsontext.dumps(kept)), {"it": value})


def test_T2_models_are_shown_numbers_that_vendors_libraries_can_write() -> None:
    schema = {"type": "object", "properties": {"it": {"maximum": Decimal("1234567890123456.78")}}}
    shown = generate_model_from_json_schema(schema).model_json_schema()
    assert type(shown["properties"]["it"]["maximum"]) is float
    assert compile_contract(schema).issues({"it": Decimal("1234567890123456.79")})


EXACT = st.decimals(-(10**18), 10**18, allow_nan=False, allow_infinity=False, places=6)
ODD = st.recursive(
    JSON
    | EXACT
    | st.sampled_from(["\0", "\ud800", float("nan"), float("inf"), b"x", (1,), {1: 2}]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab01+~/ \0", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
RICHER = st.recursive(
    SCHEMAS,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "if": inner,
            "then": inner,
            "else": inner,
            "contains": inner,
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "0"]), inner, max_size=2),
            "propertyNames": inner,
            "unevaluatedProperties": inner,
            "uniqueItems": st.booleans(),
            "const": JSON,
            "multipleOf": st.sampled_from([1, 2, 0.1]),
        },
    ),
    max_leaves=4,
)


def follow(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@given(schema=RICHER, value=ODD)
@settings(max_examples=250, deadline=None, database=None)
def test_T2_verdicts_are_the_validators_and_places_are_there(schema: Any, value: Any) -> None:
    contract = compile_contract(schema)
    faults = contract.faults(value)
    for path, message in faults:
        follow(value, path)
        assert 0 < len(message) <= 300
    verdict = contract.verdict(value)
    assert (verdict.issues == []) <= (isinstance(value, dict) and not faults)
    if measure(value).fault:
        assert verdict.issues
    else:
        bare = jsonschema_rs.Draft202012Validator(schema, offline=True, validate_formats=True)
        assert bare.is_valid(value) is not bool(faults)


@given(schema=ODD)
@settings(max_examples=300, deadline=None, database=None)
def test_T1_no_schema_makes_a_contract_raise_anything_else(schema: Any) -> None:
    for given_ in (schema, {"type": schema}, {"properties": {"a": schema}, "enum": schema}):
        check_schema(given_)
        with suppress(UnusableSchemaError):
            compile_contract(given_).verdict({})
