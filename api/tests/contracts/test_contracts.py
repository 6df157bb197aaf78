"""What a contract and its model say about values, and how the model is seen."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from rota.contracts import (
    UnusableSchemaError,
    check_schema,
    compile_contract,
    generate_model_from_json_schema,
)
from rota.contracts.validators import MAX_ISSUES

CLASSIFY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "category": {"enum": ["bug", "feature", "question", "discussion"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "reasoning": {"type": "string"},
    },
    "required": ["category", "confidence"],
    "additionalProperties": False,
}
TREE: dict[str, Any] = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["name"],
            "additionalProperties": False,
        }
    },
}


def faults_of(schema: dict[str, Any], value: Any) -> list[tuple[tuple[int | str, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        generate_model_from_json_schema(schema).model_validate(value)
    return [(error["loc"], error["msg"]) for error in caught.value.errors()]


def test_T2_a_valid_value_comes_back_as_it_went_in() -> None:
    model = generate_model_from_json_schema(CLASSIFY)
    value = {"confidence": 1, "category": "bug"}
    assert model.model_validate(value).model_dump() == value
    assert list(model.model_validate(value).model_dump()) == ["confidence", "category"]
    assert model.model_validate_json('{"category":"bug","confidence":0.25}').model_dump() == {
        "category": "bug",
        "confidence": 0.25,
    }


NUMBERLIKE = st.one_of(
    st.text("0123456789", min_size=1, max_size=24),
    st.text("+-0123456789~/ \u0663", max_size=5),
)


@given(st.recursive(st.integers(), lambda inner: st.dictionaries(NUMBERLIKE, inner, max_size=4)))
@settings(max_examples=200)
def test_T2_a_property_whose_name_looks_like_a_number_has_its_own_place(value: Any) -> None:
    """Each number is wrong; each is told once, by the keys that lead to it."""

    def places(value: Any) -> list[tuple[str, ...]]:
        if not isinstance(value, dict):
            return [()]
        return [(name, *rest) for name, inner in value.items() for rest in places(inner)]

    within = {"additionalProperties": {"$ref": "#/$defs/text"}}
    schema = {
        "type": "object",
        "properties": {"scores": {"$ref": "#/$defs/text"}},
        "$defs": {"text": {"if": {"type": "object"}, "then": within, "else": False}},
    }
    issues = compile_contract(schema).issues({"scores": value})
    expected = [("scores", *place) for place in places(value)]
    found = [tuple(issue.path) for issue in issues]
    assert len(found) == min(len(expected), MAX_ISSUES)
    assert set(found) <= set(expected)
    assert len(set(found)) == len(found)


def test_T2_names_that_are_the_same_number_are_told_apart() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    issues = compile_contract(schema).issues({"7": 1, "007": "a", "+7": 2, "1": 3})
    assert sorted(issue.path for issue in issues) == [("+7",), ("1",), ("7",)]


def test_T2_every_fault_has_its_place_and_says_what_to_do() -> None:
    value = {"category": "idea", "confidence": 7, "mood": "low"}
    assert faults_of(CLASSIFY, value) == [
        (
            ("category",),
            'The value must be one of "bug", "feature", "question", "discussion".',
        ),
        (("confidence",), "The value is greater than the maximum of 1."),
        ((), 'No such properties are allowed: "mood".'),
    ]
    nested = {"name": "a", "children": [{"name": "b"}, {"children": []}]}
    assert faults_of(TREE, nested) == [
        (("children", 1), 'The property "name" is missing.'),
    ]
    issues = compile_contract(TREE).issues(nested)
    assert [issue.path for issue in issues] == [("children", "1")]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, "1"),
        ({"type": "string"}, 1),
        ({"type": "number"}, True),
        ({"type": "boolean"}, 1),
        ({"type": "array"}, {}),
        ({"type": "null"}, ""),
        ({"const": 1}, True),
        ({"enum": [0]}, False),
    ],
)
def test_T2_nothing_is_coerced(schema: dict[str, Any], value: Any) -> None:
    holder = {"type": "object", "properties": {"it": schema}}
    assert [place for place, _ in faults_of(holder, {"it": value})] == [("it",)]


def test_T2_any_name_and_number_survives() -> None:
    value: dict[str, Any] = {
        "model_config": 1,
        "root": {"contract": 2},
        "copy": 3,
        "schema": 4,
        "__class__": 5,
        "_x": 6,
        "no identifier, é, 日本": 7,
        "": 8,
        "big": 123456789012345678901234567890,
        "float": 1.0,
        "none": None,
    }
    model = generate_model_from_json_schema({"type": "object"})
    kept = model.model_validate(value).model_dump()
    assert kept == value
    assert list(kept) == list(value)
    assert type(kept["float"]) is float
    again = model.model_validate_json(model.model_validate(value).model_dump_json())
    assert again.model_dump() == value


def test_T2_what_json_cannot_say_is_a_fault_and_never_a_crash() -> None:
    contract = compile_contract({"type": "object"})
    deep: list[Any] = []
    for _ in range(3_000):
        deep = [deep]
    strange: list[Any] = [
        float("inf"),
        float("nan"),
        "\ud800",
        {"\ud800": 1},
        {1: 2},
        10**5_000,
        b"x",
        object(),
        (1, 2),
        deep,
    ]
    for value in strange:
        assert contract.issues({"it": value}), type(value)
    assert contract.issues({"it": "\x00"})  # JSON, but nothing that can be kept
    assert not contract.faults({"it": "\x00"})
    with pytest.raises(ValidationError):
        generate_model_from_json_schema({}).model_validate_json('{"it": 1e400}')


def test_T2_issues_are_few_and_short_whatever_the_value() -> None:
    contract = compile_contract(
        {"type": "object", "additionalProperties": {"type": "integer", "enum": [1]}}
    )
    issues = contract.issues({f"{i}{'x' * 1_000}": "y" * 10_000 for i in range(100)})
    assert len(issues) == MAX_ISSUES
    assert max(len(issue.message) for issue in issues) <= 300
    many = compile_contract({"items": {"type": "string"}})
    assert [path for path, _ in many.faults([1] * 200_000)] == [(0,)]
    names = compile_contract({"additionalProperties": False})
    assert len(names.issues({"n" * 9_000: 1})[0].message) <= 300


def test_T2_the_same_schema_gives_the_same_class() -> None:
    model = generate_model_from_json_schema(CLASSIFY)
    assert generate_model_from_json_schema(dict(CLASSIFY)) is model
    turned = dict(reversed(CLASSIFY.items()))
    assert turned == CLASSIFY
    assert generate_model_from_json_schema(turned) is not model
    assert generate_model_from_json_schema({"const": 1}) is not generate_model_from_json_schema(
        {"const": True}
    )
    assert compile_contract(CLASSIFY) is compile_contract(dict(CLASSIFY))


def test_T2_a_cached_contract_is_out_of_reach_of_its_first_user() -> None:
    schema: dict[str, Any] = {"type": "object", "title": "mine", "required": ["a"]}
    model = generate_model_from_json_schema(schema)
    schema["required"].clear()
    model.model_json_schema()["required"].clear()
    assert faults_of({"type": "object", "title": "mine", "required": ["a"]}, {})
    assert model.model_json_schema()["required"] == ["a"]


def test_T2_a_schema_that_is_none_gives_no_model() -> None:
    with pytest.raises(UnusableSchemaError, match="must be of type object"):
        generate_model_from_json_schema({"properties": []})


class Seen(Exception):
    """Nothing more is asked."""


async def schema_sent(output: Any) -> dict[str, Any]:
    asked: list[AgentInfo] = []

    def answer(_: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        asked.append(info)
        raise Seen

    with pytest.raises(Seen):
        await Agent(FunctionModel(answer), output_type=output, name="test").run("Sort.")
    parameters = asked[0].model_request_parameters
    if parameters.output_tools:
        return parameters.output_tools[0].parameters_json_schema
    assert parameters.output_object is not None
    return parameters.output_object.json_schema


SHOWN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (CLASSIFY, CLASSIFY),
    (TREE, {"$defs": TREE["$defs"], **TREE["$defs"]["node"]}),
    (  # up to draft 7 nothing beside a reference counts
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "string",
            "$ref": "#/definitions/a",
            "definitions": {"a": {"type": "object", "properties": {"me": {"$ref": "#"}}}},
        },
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {"me": {"$ref": "#"}},
            "definitions": {"a": {"type": "object", "properties": {"me": {"$ref": "#"}}}},
        },
    ),
    (  # both sides have properties: neither may be lost
        {
            "properties": {"b": True},
            "$ref": "#/$defs/a",
            "$defs": {"a": {"type": "object", "properties": {"a": True}}},
        },
        {
            "type": "object",
            "properties": {"b": True},
            "allOf": [{"$ref": "#/$defs/a"}],
            "$defs": {"a": {"type": "object", "properties": {"a": True}}},
        },
    ),
    (  # what looks like a reference in a constant is none
        {"type": "object", "properties": {"$ref": {"const": {"$ref": "nowhere"}}}},
        {"type": "object", "properties": {"$ref": {"const": {"$ref": "nowhere"}}}},
    ),
]


@pytest.mark.parametrize(("schema", "shown"), SHOWN)
@pytest.mark.parametrize("mode", [NativeOutput, ToolOutput, PromptedOutput])
async def test_T2_models_are_shown_the_users_own_schema(
    schema: dict[str, Any], shown: dict[str, Any], mode: Any
) -> None:
    assert check_schema(schema) == []
    model = generate_model_from_json_schema(schema)
    assert model.model_json_schema() == shown
    sent = await schema_sent(mode(model))
    assert sent == shown
    assert list(sent.get("properties", {})) == list(shown.get("properties", {}))
    TypeAdapter(list[model]).json_schema()  # type: ignore[valid-type]  # made at run time


@pytest.mark.parametrize(("schema", "shown"), SHOWN)
def test_T2_what_models_are_shown_means_the_same(
    schema: dict[str, Any], shown: dict[str, Any]
) -> None:
    one, other = compile_contract(schema), compile_contract(shown)
    values: list[Any] = [{}, {"name": "a"}, {"me": {}}, {"me": 1}, {"a": 1}, 7, {"$ref": 1}]
    values += [{"category": "bug", "confidence": 0}, {"name": "a", "children": [{}]}]
    for value in values:
        assert bool(one.faults(value)) == bool(other.faults(value)), value


async def test_T2_a_model_that_errs_is_told_the_field_and_the_reason() -> None:
    answers = ['{"category": "idea", "confidence": 1}', '{"category": "bug", "confidence": 1}']
    told: list[str] = []

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        told.append(str(getattr(messages[-1].parts[0], "content", "")))
        return ModelResponse(parts=[TextPart(answers[len(told) - 1])])

    model = generate_model_from_json_schema(CLASSIFY)
    agent = Agent(
        FunctionModel(answer), output_type=PromptedOutput(model), name="test", retries={"output": 1}
    )
    result = await agent.run("Classify this.")
    assert result.output.model_dump() == {"category": "bug", "confidence": 1}
    assert '"loc":["category"]' in told[1]
    assert r"must be one of \"bug\", \"feature\"" in told[1]


NAMES = st.sampled_from(["a", "b", "_c", "model_config", "é"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
SCHEMAS = st.recursive(
    st.booleans()
    | st.fixed_dictionaries({}, optional={"type": TYPES, "minimum": st.integers(-9, 9)})
    | st.fixed_dictionaries({"enum": st.lists(JSON, min_size=1, max_size=3)}),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "required": st.lists(NAMES, max_size=2, unique=True),
            "additionalProperties": inner,
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
        },
    ),
    max_leaves=6,
)


@given(schema=SCHEMAS, value=JSON)
@settings(max_examples=150, deadline=None, database=None)
def test_T2_the_models_verdict_is_the_validators(schema: Any, value: Any) -> None:
    oracle = jsonschema_rs.Draft202012Validator(schema, offline=True, validate_formats=True)
    model = generate_model_from_json_schema(schema)
    assert oracle.is_valid(value) is not bool(compile_contract(schema).faults(value))
    if oracle.is_valid(value) and isinstance(value, dict):
        assert repr(model.model_validate(value).model_dump()) == repr(value)
    else:
        with pytest.raises(ValidationError):
            model.model_validate(value)
