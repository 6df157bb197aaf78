"""What the validator found, in words for a person or a model, without echoing the value."""

from collections.abc import Iterable
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from rota.platform.kernel import jsontext

MAX_MESSAGE_LENGTH = 300
MAX_FORMS = 5
NO_PROPERTIES = (["additionalProperties"], ["propertyNames"])
WORDS: dict[type[ValidationErrorKind], str] = {
    ValidationErrorKind.FalseSchema: "No value is allowed here.",
    ValidationErrorKind.Not: "The value is what the schema says it must not be.",
    ValidationErrorKind.UniqueItems: "The list holds an item twice.",
    ValidationErrorKind.Contains: (
        "The list holds too few items of the kind that it must contain, or too many."
    ),
    ValidationErrorKind.OneOfMultipleValid: (
        "The value matches several of the allowed forms, and must match exactly one."
    ),
    ValidationErrorKind.BacktrackLimitExceeded: (
        "The text takes a pattern of the schema too long to check."
    ),
    ValidationErrorKind.RegexEngineFailure: (
        "The text takes a pattern of the schema too long to check."
    ),
}


def message_of(error: ValidationError) -> str:
    return _capped(_say(error))


def _say(error: ValidationError, *, is_reason: bool = False) -> str:
    match error.kind:
        case ValidationErrorKind.Enum(options=options):
            return f"The value must be one of {_listed(options)}."
        case ValidationErrorKind.Constant(expected_value=value):
            return f"The value must be {_listed([value])}."
        case ValidationErrorKind.Type(types=types):
            return f"The value must be of type {' or '.join(types)}."
        case ValidationErrorKind.Required(property=name):
            return f"The property {_quoted(name)} is missing."
        case ValidationErrorKind.Pattern(pattern=pattern):
            return f"The text does not match the pattern {_quoted(pattern)}."
        case (
            ValidationErrorKind.AdditionalProperties(unexpected=names)
            | ValidationErrorKind.UnevaluatedProperties(unexpected=names)
        ):
            return f"No such properties are allowed: {_listed(names)}."
        case (
            ValidationErrorKind.AnyOf(context=forms)
            | ValidationErrorKind.OneOfNotValid(context=forms)
        ):
            if is_reason:
                return "The value matches none of the forms allowed there."
            reasons = [_say(form[0], is_reason=True) for form in forms[:MAX_FORMS] if form]
            return f"The value matches none of the allowed forms: {' '.join(reasons)}"
        case ValidationErrorKind.FalseSchema() if error.schema_path[-1:] in NO_PROPERTIES:
            return "No properties are allowed here."
        case ValidationErrorKind.PropertyNames(error=inner):
            return f"A property's name is not allowed: {_say(inner)}"
    return WORDS.get(type(error.kind)) or f"{error.message}."


def _capped(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE_LENGTH else f"{text[: MAX_MESSAGE_LENGTH - 1]}…"


def _quoted(name: str) -> str:
    return jsontext.dumps_readable(_capped(name))


def _listed(options: Iterable[Any]) -> str:
    listed = ""
    for option in options:
        listed += f"{', ' if listed else ''}{jsontext.dumps_readable(option)}"
        if len(listed) > MAX_MESSAGE_LENGTH:
            break
    return listed
