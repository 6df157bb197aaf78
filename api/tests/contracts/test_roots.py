"""A contract is the schema and an object: which roots are taken, with a note, or not at all."""

from typing import Any

import pytest

from rota.contracts import compile_contract, examine_schema, generate_model_from_json_schema
from rota.platform.kernel.errors import Issue


@pytest.mark.parametrize(
    ("schema", "is_fine"),
    [
        ({"type": "object"}, True),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}}, True),
        ({"$ref": "#a", "$defs": {"a": {"$anchor": "a", "type": "object"}}}, True),
        (
            {
                "$ref": "#/$defs/a",
                "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"type": "object"}},
            },
            True,
        ),
        ({}, False),
        ({"type": ["object", "null"]}, False),
        ({"properties": {}}, False),
        ({"required": ["a"]}, False),
        ({"anyOf": [{"type": "object"}, {"type": "array"}]}, False),
        ({"oneOf": [{"properties": {"a": True}}, {"required": ["b"]}]}, False),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"type": "object"}}}, False),
        ({"enum": [{}, 1]}, False),
        ({"$ref": "#"}, False),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, False),
        (
            {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "$ref": "#/definitions/a",
                "type": "string",  # which does not count beside a reference
                "definitions": {"a": {"properties": {}}},
            },
            False,
        ),
    ],
)
def test_T1_a_root_that_may_be_an_object_is_taken_to_be_one(
    schema: dict[str, Any], is_fine: bool
) -> None:
    issues, notes = examine_schema(schema)
    assert issues == []
    assert [note.path for note in notes] == ([] if is_fine else [()])
    assert compile_contract(schema).issues(["no object"]) == [
        Issue((), "The value must be of type object.")
    ]
    shown = generate_model_from_json_schema(schema).model_json_schema()
    assert shown["type"] == "object"


@pytest.mark.parametrize(
    ("schema", "place", "words"),
    [
        ({"type": "array"}, "type", "this describes an array"),
        ({"type": ["array"], "items": {"type": "object"}}, "type", "this describes an array"),
        ({"type": "string"}, "type", "this describes a string"),
        ({"type": ["string", "null"]}, "type", "this describes a string or a null"),
        ({"const": 1}, "const", "here none is allowed"),
        ({"enum": ["a", ["b"], None]}, "enum", "here none is allowed"),
        ({"allOf": [True, {"type": "array"}]}, "allOf 1 type", "an array"),
        ({"anyOf": [{"type": "array"}, {"type": "string"}]}, "anyOf 0 type", "an array"),
        ({"oneOf": [{"const": 1}, {"enum": [2]}]}, "oneOf 0 const", "here none is allowed"),
        ({"allOf": [False]}, "allOf 0", "no value is allowed"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, "$ref", "a string"),
        ({"type": "object", "allOf": [{"type": "array"}]}, "allOf 0 type", "an array"),
    ],
)
def test_T1_a_root_that_can_be_no_object_is_told_where_and_what_to_do(
    schema: dict[str, Any], place: str, words: str
) -> None:
    [issue], notes = examine_schema(schema)
    assert " ".join(issue.path) == place
    assert words in issue.message
    assert ("items" in issue.message) is (place != "allOf 0")
    assert notes == []
