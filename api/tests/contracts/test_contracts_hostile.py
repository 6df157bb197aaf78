"""Which schemas are refused, where, and that none of them costs more than its refusal."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest

from rota.contracts import (
    Contract,
    Verdict,
    check_schema,
    compile_contract,
)

pytestmark = pytest.mark.timeout(30)


def messages(schema: object) -> str:
    return " ".join(issue.message for issue in check_schema(schema))


def with_property(schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"it": schema}}


@pytest.mark.parametrize(
    "dialect",
    [
        f"{scheme}://json-schema.org/{name}{mark}"
        for scheme in ("http", "https")
        for name in (
            "draft-04/schema",
            "draft-06/schema",
            "draft-07/schema",
            "draft/2019-09/schema",
            "draft/2020-12/schema",
        )
        for mark in ("", "#")
    ],
)
def test_T1_the_drafts_in_every_spelling(dialect: str) -> None:
    assert check_schema({"$schema": dialect, **with_property({"type": "string"})}) == []
    wrong = {"$schema": dialect, **with_property({"type": "invalid_type"})}
    assert [issue.path for issue in check_schema(wrong)] == [("properties", "it", "type")]


def test_T1_each_draft_has_its_own_meaning() -> None:
    exclusive = with_property({"minimum": 1, "exclusiveMinimum": True})
    assert check_schema({"$schema": "http://json-schema.org/draft-04/schema#", **exclusive}) == []
    assert check_schema(exclusive)[0].path == ("properties", "it", "exclusiveMinimum")


@pytest.mark.parametrize(
    "dialect",
    ["http://json-schema.org/draft-03/schema#", "http://example.org/mine", "", 7, None, []],
)
def test_T1_other_dialects_are_refused(dialect: Any) -> None:
    assert [issue.path for issue in check_schema({"$schema": dialect, "type": "object"})] == [
        ("$schema",)
    ]
    spoofed = {"$schema": "http://https://json-schema.org/draft-07/schema", "type": "object"}
    assert check_schema(spoofed)


def test_T1_scenario_8_the_place_is_named() -> None:
    schema = with_property({"type": "invalid_type"})
    [issue] = check_schema(schema)
    assert issue.path == ("properties", "it", "type")
    assert '"string"' in issue.message
    [root] = check_schema({"type": "invalid_type"})
    assert root.path == ("type",)
    [properties] = check_schema({"type": "object", "properties": ["kind"]})
    assert properties.path == ("properties",)
    assert "object" in properties.message


def test_T1_every_fault_is_told_once() -> None:
    schema = {"type": "object", "required": "x", "properties": {"a": 7, "b": {"minLength": -1}}}
    assert {issue.path for issue in check_schema(schema)} == {
        ("required",),
        ("properties", "a"),
        ("properties", "b", "minLength"),
    }
    assert len(set(check_schema(schema))) == len(check_schema(schema))


@pytest.mark.parametrize("schema", [None, True, 7, "{}", [], [{}], float("nan")])
def test_T1_a_schema_is_an_object(schema: object) -> None:
    assert messages(schema) == "A schema is a JSON object."


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A server nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


REMOTE: list[Callable[[str], dict[str, Any]]] = [
    lambda url: with_property({"$ref": url}),
    lambda url: with_property({"$dynamicRef": url}),
    lambda url: {"type": "object", "$id": url, **with_property({"$ref": "other.json"})},
    lambda url: {"type": "object", "$schema": url},
    lambda url: with_property({"$id": f"{url}/it", "$schema": url, "$ref": f"{url}/else"}),
    lambda url: with_property({"$ref": f"{url}#/$defs/a"}),
]


@pytest.mark.parametrize("schema", REMOTE)
def test_T1_nothing_outside_the_schema_is_fetched(
    schema: Callable[[str], dict[str, Any]], trap: socket.socket
) -> None:
    host, port = trap.getsockname()
    assert check_schema(schema(f"http://{host}:{port}/schema.json"))
    with pytest.raises(BlockingIOError):
        trap.accept()


def test_T1_the_trap_would_catch_a_fetch(trap: socket.socket) -> None:
    host, port = trap.getsockname()
    options = jsonschema_rs.HttpOptions(timeout=0.2)
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validator_for({"$ref": f"http://{host}:{port}/x"}, http_options=options)
    trap.accept()[0].close()


@pytest.mark.parametrize(
    "reference",
    [
        "http://example.invalid/a",
        "file:///etc/passwd",
        "other.json",
        "#/$defs/no",
        "#no",
        "urn:x:y",
    ],
)
def test_T1_references_that_lead_out_or_nowhere_are_named(reference: str) -> None:
    [issue] = check_schema(with_property({"anyOf": [{"$ref": reference}]}))
    assert issue.path == ("properties", "it", "anyOf", "0", "$ref")
    assert reference in issue.message


@pytest.mark.parametrize("pattern", ["(", "a{9999999}", "*", "[", "(?P<n>", r"\p{Nope}"])
def test_T1_broken_patterns_are_named(pattern: str) -> None:
    [issue] = check_schema(with_property({"pattern": pattern}))
    assert issue.path == ("properties", "it", "pattern")
    [issue] = check_schema(with_property({"patternProperties": {pattern: True}}))
    assert issue.path == ("properties", "it", "patternProperties", pattern)


@pytest.mark.parametrize("pattern", [r"^\p{L}{1,100}$", r"^(?=.*\d)(?!.*\s).{8,64}$", r"(a)\1"])
def test_T1_rich_patterns_work(pattern: str) -> None:
    assert check_schema(with_property({"pattern": pattern})) == []


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(levels):
        schema = with_property(schema)
    return schema


def bomb(levels: int, keyword: str = "allOf", **more: Any) -> dict[str, Any]:
    steps = {f"d{i}": {keyword: [{"$ref": f"#/$defs/d{i + 1}"}] * 2, **more} for i in range(levels)}
    return {
        "type": "object",
        "$defs": {**steps, f"d{levels}": {"required": ["x"]}},
        "$ref": "#/$defs/d0",
    }


def chained(length: int) -> dict[str, Any]:
    steps = {f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(length)}
    return {"$ref": "#/$defs/d0", "$defs": {**steps, f"d{length}": {"type": "object"}}}


def circular() -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {"me": schema}
    return schema


def shared() -> Any:
    part: Any = {}
    for _ in range(40):
        part = {"a": part, "b": part}
    return part


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (nested(3_000), "64 levels"),
        (nested(100_000), "64 levels"),
        (circular(), "64 levels"),
        ({"type": "object", "const": shared()}, "50,000 parts"),
        ({"type": "object", "enum": [1] * 1_000_000}, "50,000 parts"),
        ({"type": "object", "title": "é" * 600_000}, "1,024 KiB"),
        ({"type": "object", "title": "日" * 350_000}, "1,024 KiB"),
        ({"type": "object", "title": "x" * 50_000_000}, "1,024 KiB"),
        (bomb(30), "unfold"),
        (bomb(30, "anyOf"), "unfold"),
        (bomb(30, "oneOf", properties={"definitions": {}}), "unfold"),
        (bomb(1_500), "unfold"),
        (chained(4_000), "One reference leads to the next"),
        (
            {
                "type": "object",
                "$ref": "#x",
                "$defs": {str(i): {"$anchor": "x", "$ref": "#x"} for i in range(4_000)},
            },
            "unfold",
        ),
        (
            {
                "type": "object",
                "$defs": {
                    str(i): {"$id": f"http://x/{i}", "$ref": f"#/$defs/{i}"} for i in range(3_000)
                },
            },
            "unfold",
        ),
        (with_property({"enum": [{"a": i} for i in range(17_999)]}), "18,000 objects"),
        (with_property({"pattern": "a" * 6_001}), "longer than 6,000"),
        (with_property({"patternProperties": {"a" * 6_001: True}}), "longer than 6,000"),
        (with_property({"pattern": f"(?=a){'b' * 1_000}"}), "longer than 1,000"),
        (with_property({"pattern": r"\s?" * 1_500}), "patterns are too many"),
        (
            {
                "type": "object",
                "properties": {str(i): {"pattern": rf"(\p{{L}}{{{i}}}|x)"} for i in range(3_000)},
            },
            "patterns are too many",
        ),
    ],
)
def test_T1_what_costs_too_much_is_refused(schema: Any, why: str) -> None:
    [issue] = check_schema(schema)
    assert why in issue.message


def test_T1_what_is_only_large_is_taken() -> None:
    names = [f"a{i}" for i in range(8_000)]
    large = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    assert check_schema(large) == []
    assert check_schema({**large, "description": "日" * 250_000}) == []
    assert check_schema({**large, "required": [f"a{i}" for i in range(33_000)]}) == []
    assert check_schema(with_property({"pattern": "|".join(names[:800])})) == []
    assert compile_contract(large).issues({names[-1]: 1})[0].path == (names[-1],)
    assert check_schema(nested(31)) == []
    assert check_schema(chained(400)) == []
    assert check_schema(bomb(15)) == []


def test_T1_what_unfolds_at_many_places_is_taken() -> None:
    """What real schemas of formats are like: each definition has many parts of each other."""
    deep = {
        "type": "object",
        "$ref": "#/$defs/d0",
        "$defs": {
            f"d{i}": {
                "type": "object",
                "properties": {
                    f"p{k}": {"$ref": f"#/$defs/d{min(i + k, 39)}"} for k in range(1, 9)
                },
            }
            for i in range(40)
        },
    }
    assert check_schema(deep) == []
    assert compile_contract(deep).faults({"p1": {"p1": {"p8": 7}}}) == [
        (("p1", "p1", "p8"), "The value must be of type object.")
    ]


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
@pytest.mark.parametrize("levels", [4, 10, 13, 15])
def test_T1_a_small_bomb_is_judged_and_explained_within_bounds(levels: int, keyword: str) -> None:
    contract = compile_contract(bomb(levels, keyword))
    assert contract.issues({})
    assert (contract.issues({"x": [{}] * 10_000}) == []) is (keyword != "oneOf")


def test_T1_a_deep_value_against_a_branching_recursion_is_judged_within_bounds() -> None:
    again = {"properties": {"a": {"$ref": "#/$defs/x"}}}
    contract = compile_contract(
        {
            "$ref": "#/$defs/x",
            "$defs": {"x": {"type": "object", "anyOf": [again, {**again, "maxProperties": 4}]}},
        }
    )
    value: Any = 1
    for _ in range(100):
        value = {"a": value}
    assert contract.issues(value)


STRANGE: list[Any] = [float("inf"), float("nan"), "\ud800", {"\ud800": 1}, 10**5_000, {1: 2}]
STRANGE += [-(10**5_000), object(), (1, 2), b"x", "\x00", {"\x00": 1}]


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "keyword", ["const", "minimum", "type", "$ref", "$id", "$schema", "$anchor", "pattern", "title"]
)
def test_T1_what_cannot_be_kept_is_refused_and_never_a_crash(value: Any, keyword: str) -> None:
    assert check_schema({"type": "object", keyword: value})
    assert check_schema(with_property({keyword: value}))


@pytest.mark.parametrize("pointer", ["#/" + "1" * 9_000, "#/%", "#/~", "#/~2", "#//", "#/enum/-1"])
def test_T1_odd_pointers_are_refused(pointer: str) -> None:
    assert check_schema({"type": "object", "enum": [{}], "allOf": [{"$ref": pointer}]})


SLOW = r"^(?=a)(a|aa)+$(?!b)"


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": SLOW},
        {"not": {"pattern": SLOW}},
        {"oneOf": [{"pattern": SLOW}, True]},
        {"if": {"pattern": SLOW}, "then": False},
        {"allOf": [{"not": {"not": {"not": {"pattern": SLOW}}}}]},
        {"pattern": r"^(a+)+$"},
    ],
)
def test_T1_a_catastrophic_pattern_never_accepts(schema: dict[str, Any]) -> None:
    contract: Contract = compile_contract(schema)
    assert contract.faults("a" * 100_000 + "!")


def test_T1_many_texts_that_each_take_nearly_too_long_are_refused() -> None:
    contract = compile_contract(with_property({"items": {"pattern": r"^(?=a)((a|aa)+$(?!b)|.*)"}}))
    assert contract.verdict({"it": ["a" * 16 + "!"] * 1_000}) == Verdict([])
    verdict = contract.verdict({"it": ["a" * 16 + "!"] * 100_000})
    assert verdict.is_too_dear
    [issue] = verdict.issues
    assert "takes too long" in issue.message
    linear = compile_contract(with_property({"items": {"pattern": "^(a|aa)+"}}))
    assert linear.verdict({"it": ["a" * 16 + "!"] * 50_000}) == Verdict([])


def test_T1_a_pattern_that_takes_too_long_says_so() -> None:
    contract = compile_contract(with_property({"items": {"pattern": SLOW}}))
    [issue] = contract.issues({"it": ["a" * 60 + "!"] * 5_000})
    assert issue.path == ("it", "0")
    assert "too long to check" in issue.message
