"""Validators by jsonschema-rs: the one file that knows how it compiles, and what it raises."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import jsonschema_rs

from rota.contracts.messages import message_of
from rota.platform.kernel.jsonvalue import Path, measure

Validator = jsonschema_rs.Validator
MAX_ISSUES = 50
MAX_BACKTRACKED = 10_000
MAX_EXPLAINED_PARTS = 5_000  # of a schema that is none: beyond that its first fault only

DIALECTS = {
    "json-schema.org/draft-04/schema": "http://json-schema.org/draft-04/schema#",
    "json-schema.org/draft-06/schema": "http://json-schema.org/draft-06/schema#",
    "json-schema.org/draft-07/schema": "http://json-schema.org/draft-07/schema#",
    "json-schema.org/draft/2019-09/schema": "https://json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft/2020-12/schema": "https://json-schema.org/draft/2020-12/schema",
}
NEWEST = DIALECTS["json-schema.org/draft/2020-12/schema"]

_LINEAR = jsonschema_rs.RegexOptions(size_limit=10_000_000)
# For look-around and back-references. A text at the limit takes a tenth of a millisecond.
_BACKTRACKING = jsonschema_rs.FancyRegexOptions(
    backtrack_limit=MAX_BACKTRACKED, size_limit=10_000_000
)
_MASK = "The value"  # stands in each message where the value would
# Drafts before 2019-09 do not know them all, and here each means the same under all drafts.
_LATER_FORMATS = [
    *("duration", "idn-hostname", "iri", "iri-reference", "json-pointer", "relative-json-pointer"),
    *("uri-reference", "uri-template", "uuid"),
]


def linear_validator(schema: Any) -> Validator:
    """With patterns that cost no more than the text is long. Raises ValueError where a pattern
    needs more than that, and where the schema cannot be compiled at all."""
    return _validator(schema, _LINEAR)


def backtracking_validator(schema: Any) -> Validator:
    """With all patterns that there are, each try bounded. Raises ValueError."""
    return _validator(schema, _BACKTRACKING)


def with_whole_numbers(schema: Any) -> Any:
    """A copy that writes 1e15 as 1000000000000000: a limit that is a double is compared as one,
    which takes 1000000000000000.01 for the same."""
    if isinstance(schema, dict):
        return {key: with_whole_numbers(part) for key, part in schema.items()}
    if isinstance(schema, list):
        return [with_whole_numbers(part) for part in schema]
    return int(schema) if isinstance(schema, float) and schema.is_integer() else schema


def dialect_of(schema: Any) -> str | None:
    """The address of its metaschema; None for one that Rota does not know."""
    said = schema.get("$schema", NEWEST) if isinstance(schema, dict) else NEWEST
    key = str(said).removesuffix("#").removeprefix("http://").removeprefix("https://")
    return DIALECTS.get(key)


@cache
def metavalidator(dialect: str) -> Validator:
    """Judges schemas. `jsonschema_rs.meta` tells the first fault only, and would fetch what it
    does not know; but the metaschemas that it carries can be referred to."""
    schema = {"$schema": dialect, "$ref": dialect}
    return jsonschema_rs.validator_for(schema, offline=True, mask=_MASK)


def faults_in_grammar(dialect: str, schema: Any) -> list[tuple[Path, str]]:
    """Where the schema is none of its dialect."""
    grammar = metavalidator(dialect)
    if grammar.is_valid(schema):
        return []
    is_small = measure(schema).parts <= MAX_EXPLAINED_PARTS
    return (all_faults if is_small else first_fault)(grammar, schema)


def all_faults(validator: Validator, value: Any) -> list[tuple[Path, str]]:
    """At most MAX_ISSUES. Raises ValueError for a value nested deeper than the validator goes."""
    return _distinct(validator.iter_errors(value), value)


def first_fault(validator: Validator, value: Any) -> list[tuple[Path, str]]:
    """For where all of them would cost too much. Raises ValueError as `all_faults` does."""
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return _distinct([error], value)
    raise AssertionError("The validator took a value it had refused.")


def compiler_complaint(error: ValueError) -> tuple[Path, str]:
    """Why there is no validator: where in the schema a pattern is that cannot be compiled, and the
    library's words for what else it may be, with an empty path."""
    return tuple(getattr(error, "instance_path", ())), getattr(error, "message", str(error))


def _validator(
    schema: Any, patterns: jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions
) -> Validator:
    has_all = not isinstance(schema, dict) or dialect_of(schema) == NEWEST
    return jsonschema_rs.validator_for(
        schema,
        offline=True,
        pattern_options=patterns,
        validate_formats=True,
        formats=None if has_all else _later_formats(),
        mask=_MASK,
    )


@cache
def _later_formats() -> dict[str, Callable[[str], bool]]:
    return {
        name: jsonschema_rs.validator_for({"format": name}, validate_formats=True).is_valid
        for name in _LATER_FORMATS
    }


def _distinct(
    errors: Iterable[jsonschema_rs.ValidationError], value: Any
) -> list[tuple[Path, str]]:
    distinct: dict[tuple[Path, str], None] = {}
    for error in errors:
        distinct[_place(error, value), message_of(error)] = None
        if len(distinct) == MAX_ISSUES:
            break
    return list(distinct)


def _place(error: jsonschema_rs.ValidationError, value: Any) -> Path:
    """The path in the value's own keys and indices. The library tells the number 7 for a property
    that is named "7", "007" or "+7", and nothing for one whose name is empty; its long message
    tells which."""
    said = str(error)
    shown = "\n\nOn instance"
    path: list[str | int] = []
    steps = list(reversed(error.instance_path))
    while True:
        if isinstance(value, dict) and "" in value and shown + _shown("") in said:
            step: str | int = ""
        elif not steps:
            return tuple(path)
        elif isinstance(value, dict):
            names = _named(value, steps.pop())
            if not names:
                return tuple(path)
            step = next((name for name in names if shown + _shown(name) in said), names[0])
        else:
            step = steps.pop()
        path.append(step)
        shown += _shown(step)
        value = value[step]


def _named(value: dict[str, Any], step: str | int) -> list[str]:
    """The properties that the library may mean by a step."""
    if isinstance(step, str):
        return [step] if step in value else []
    return [name for name in value if _number(name) == step]


def _number(name: str) -> int | None:
    """What the library takes a property's name for; None for what it leaves a name."""
    digits = name.removeprefix("+")
    return int(digits) if len(digits) < 100 and digits.isascii() and digits.isdigit() else None


def _shown(step: str | int) -> str:
    """As the library's long message shows a step."""
    text = str(step).replace("~", "~0").replace("/", "~1")
    return f"[{text}]" if text.isascii() and text.isdigit() else f'["{text}"]'
