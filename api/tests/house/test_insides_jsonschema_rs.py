"""What Rota uses of jsonschema-rs beyond what it promises (rota/contracts/validators.py)."""

from typing import Any

import jsonschema_rs
import pytest

from rota.contracts.validators import (
    DIALECTS,
    all_faults,
    backtracking_validator,
    compiler_complaint,
    linear_validator,
    metavalidator,
)
from rota.platform.kernel.jsonvalue import MAX_DEPTH


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_the_metaschemas_are_within_and_nothing_is_fetched(dialect: str) -> None:
    try:
        grammar = metavalidator(dialect)
    except ValueError as error:
        pytest.fail(f"{dialect} cannot be referred to offline any more ({error}).")
    assert grammar.is_valid({"type": "object"})
    assert not grammar.is_valid({"type": "nonsense"})
    assert len(all_faults(grammar, {"type": "nonsense", "minLength": "x"})) > 1, (
        "The grammar tells one fault only, as `jsonschema_rs.meta` does."
    )


def test_one_that_is_not_within_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"."):
        metavalidator("https://example.org/unknown")


def test_a_pattern_that_cannot_be_compiled_says_where_it_is() -> None:
    schema = {"properties": {"a": {"pattern": "("}}}
    with pytest.raises(ValueError, match=r".") as caught:
        backtracking_validator(schema)
    path, _ = compiler_complaint(caught.value)
    assert path == ("properties", "a", "pattern"), (
        f"The place of a broken pattern is told as {path} by now: see compiler_complaint in "
        "rota/contracts/validators.py."
    )


def test_a_reference_to_nothing_says_no_place() -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        linear_validator({"$ref": "#/$defs/none"})
    path, message = compiler_complaint(caught.value)
    assert path == ()
    assert message


def test_look_around_is_beyond_the_linear_engine_alone() -> None:
    schema = {"pattern": "(?=a)"}
    with pytest.raises(ValueError, match=r"."):
        linear_validator(schema)
    assert backtracking_validator(schema).is_valid("a")


@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"$ref": "#"}, "type": "array"},
        {"anyOf": [{"items": {"$ref": "#"}, "type": "array"}, {"const": 1}]},
        {"enum": [[]]},
    ],
)
def test_a_value_as_deep_as_it_may_be_is_judged(schema: dict[str, Any]) -> None:
    deep: Any = "no array"
    for _ in range(MAX_DEPTH):
        deep = [deep]
    validator = linear_validator(schema)
    assert not validator.is_valid(deep)
    assert all_faults(validator, deep)


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        ({"maximum": 1}, 7, "The value is greater than the maximum of 1."),
        ({"minLength": 3}, "ab", "The value is shorter than 3 characters."),
        ({"not": {}}, "secret", "The value is what the schema says it must not be."),
    ],
)
def test_words_speak_of_the_value_without_quoting_it(
    schema: dict[str, Any], value: Any, words: str
) -> None:
    ((path, message),) = all_faults(linear_validator(schema), value)
    assert path == ()
    assert message == words, (
        f"jsonschema-rs says “{message}” by now: `mask` or its words have changed, and people "
        "and models read them. See rota/contracts/messages.py."
    )


def test_places_are_names_and_numbers() -> None:
    schema = {"properties": {"a": {"items": {"type": "string"}}}}
    ((path, _),) = all_faults(linear_validator(schema), {"a": ["x", 1]})
    assert path == ("a", 1)


def test_the_kinds_that_have_words_of_their_own_have_these_fields() -> None:
    kind: Any = jsonschema_rs.ValidationErrorKind
    fields = {
        kind.Enum: "options",
        kind.Type: "types",
        kind.Required: "property",
        kind.AdditionalProperties: "unexpected",
        kind.AnyOf: "context",
        kind.OneOfNotValid: "context",
        kind.PropertyNames: "error",
    }
    for one, name in fields.items():
        assert hasattr(one, name), f"{one.__name__} has no {name} any more: see messages.py."
    assert kind.FalseSchema
    assert kind.BacktrackLimitExceeded
    assert kind.RegexEngineFailure
