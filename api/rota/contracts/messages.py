"""What the validator found, in words for a person or a model, without echoing the value."""

import json
from collections.abc import Iterable
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

MAX_MESSAGE_LENGTH = 300
MAX_FORMS = 5


def message_of(error: ValidationError) -> str:
    message = _say(error)
    return (
        message if len(message) <= MAX_MESSAGE_LENGTH else f"{message[: MAX_MESSAGE_LENGTH - 1]}…"
    )


def _say(error: ValidationError, *, is_reason: bool = False) -> str:
    match error.kind:
        case ValidationErrorKind.Enum(options=options):
            return f"The value must be one of {_listed(options)}."
        case ValidationErrorKind.Type(types=types):
            return f"The value must be of type {' or '.join(types)}."
        case ValidationErrorKind.Required(property=name):
            return f"The property {_quoted(name)} is missing."
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            return f"No such properties are allowed: {_listed(names)}."
        case (
            ValidationErrorKind.AnyOf(context=forms)
            | ValidationErrorKind.OneOfNotValid(context=forms)
        ):
            if is_reason:
                return "The value matches none of the forms allowed there."
            reasons = [_say(form[0], is_reason=True) for form in forms[:MAX_FORMS] if form]
            return f"The value matches none of the allowed forms: {' '.join(reasons)}"
        case ValidationErrorKind.PropertyNames(error=inner):
            return f"A property's name is not allowed: {_say(inner)}"
        case ValidationErrorKind.FalseSchema():
            return "No value is allowed here."
        case (
            ValidationErrorKind.BacktrackLimitExceeded() | ValidationErrorKind.RegexEngineFailure()
        ):
            return "The text takes a pattern of the schema too long to check."
    return f"{error.message}."


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _listed(options: Iterable[Any]) -> str:
    listed = ""
    for option in options:
        listed += f"{', ' if listed else ''}{json.dumps(option, ensure_ascii=False, default=str)}"
        if len(listed) > MAX_MESSAGE_LENGTH:
            break
    return listed
