"""JSON Schema as a contract: whether a schema is one, what breaks it, and its Pydantic model.

A compiled jsonschema-rs validator decides alone; Pydantic carries its verdict unchanged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, ClassVar

import jsonschema_rs
from pydantic import GetJsonSchemaHandler, RootModel, ValidationError, create_model, model_validator
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from rota.contracts.limits import Extent, at, limit_issues, measure
from rota.contracts.messages import message_of
from rota.contracts.references import Path, References, Unfolding, unfold
from rota.contracts.root import root_issues, shown_to_models
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue

MAX_ISSUES = 50
# Telling what is wrong costs far more than knowing that something is: each branch of the
# schema may copy the whole value. Over the first budget only the first fault is told, over
# the others not even its place.
DETAIL_BUDGET = 50_000
PLACE_BUDGET = 2_000_000
MAX_BRANCHES = 60_000

DIALECTS = {
    "json-schema.org/draft-04/schema": "http://json-schema.org/draft-04/schema#",
    "json-schema.org/draft-06/schema": "http://json-schema.org/draft-06/schema#",
    "json-schema.org/draft-07/schema": "http://json-schema.org/draft-07/schema#",
    "json-schema.org/draft/2019-09/schema": "https://json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft/2020-12/schema": "https://json-schema.org/draft/2020-12/schema",
}
NEWEST = DIALECTS["json-schema.org/draft/2020-12/schema"]
LINEAR = jsonschema_rs.RegexOptions(size_limit=10_000_000)
# For look-around and back-references. A text at the limit takes a tenth of a millisecond.
BACKTRACKING = jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000, size_limit=10_000_000)
MAX_BACKTRACKED = 10_000


class UnusableSchemaError(ValueError):
    def __init__(self, issues: list[Issue]) -> None:
        super().__init__("; ".join(issue.message for issue in issues))
        self.issues = issues


@dataclass(frozen=True, eq=False)
class Contract:
    """A schema ready to judge values."""

    schema: Any
    validator: jsonschema_rs.Validator
    unfolding: Unfolding
    backtracks: bool

    def issues(self, value: Any) -> list[Issue]:
        """What speaks against keeping the value, at most MAX_ISSUES of it."""
        if not (faults := self.faults(value)) and (fault := jsontext.fault(value)):
            return [Issue((), fault)]
        return [at(path, message) for path, message in faults]

    def faults(self, value: Any) -> list[tuple[Path, str]]:
        """What in the value breaks the schema: JSON Schema's verdict and no more."""
        try:
            extent = measure(value)
            if extent.fault:
                return [extent.fault]
            if self.backtracks and extent.nodes > MAX_BACKTRACKED:
                why = f"It has more than {MAX_BACKTRACKED:,} parts, too many for patterns with"
                return [((), f"{why} look-around or back-references.")]
            if self.validator.is_valid(value):
                return []
            return self._explain(value, extent)
        except ValueError as error:  # nested deeper than the validator goes
            return [((), f"The value cannot be checked: {str(error)[:200]}.")]

    def _explain(self, value: Any, extent: Extent) -> list[tuple[Path, str]]:
        rounds = extent.depth if self.unfolding.loops > 1 else 0
        branches = max(self.unfolding.size, 1) * 2**rounds
        cost = branches * extent.nodes
        if branches > MAX_BRANCHES or cost > PLACE_BUDGET:
            return [
                ((), "The value does not match the schema, which branches too much to say where.")
            ]
        if cost <= DETAIL_BUDGET:
            return _told(self.validator.iter_errors(value))
        try:
            self.validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return _told(iter([error]))
        raise AssertionError("The validator took a value it had refused.")


def _told(errors: Iterator[jsonschema_rs.ValidationError]) -> list[tuple[Path, str]]:
    distinct = dict.fromkeys((tuple(error.instance_path), message_of(error)) for error in errors)
    return list(distinct)[:MAX_ISSUES]


def check_schema(schema: object) -> list[Issue]:
    """Why this cannot be a task's request or response schema; empty if it can."""
    if not isinstance(schema, dict):
        return [Issue((), "A schema is a JSON object.")]
    try:
        contract = compile_contract(schema)
    except UnusableSchemaError as error:
        return error.issues
    if fault := jsontext.fault(schema):
        return [Issue((), fault)]
    return root_issues(contract.schema)


def compile_contract(schema: dict[str, Any] | bool) -> Contract:
    """The same contract for the same schema; UnusableSchemaError says why there is none."""
    return _compile(_text_of(schema))


def generate_model_from_json_schema(
    schema: dict[str, Any] | bool, name: str = "Output"
) -> type["ContractModel"]:
    """A Pydantic model with exactly the schema's verdicts: the same class for the same schema.

    Nothing is coerced or dropped: `model_dump()` gives back the value that was validated.
    """
    return _model(_text_of(schema), name)


def _text_of(schema: Any) -> str:
    """The schema's identity. The order of keys counts: models generate in that order."""
    if issues := limit_issues(schema):
        raise UnusableSchemaError(issues)
    return jsontext.dumps(schema)


@lru_cache(maxsize=128)
def _compile(text: str) -> Contract:
    schema = jsontext.loads(text)
    if issues := _dialect_issues(schema) or _grammar_issues(schema):
        raise UnusableSchemaError(issues)
    try:
        return Contract(schema, _validator(schema, LINEAR), unfold(schema), backtracks=False)
    except ValueError:  # of any kind: the richer engine's verdict counts
        pass
    try:
        return Contract(schema, _validator(schema, BACKTRACKING), unfold(schema), backtracks=True)
    except ValueError as error:
        raise UnusableSchemaError(_compiler_issues(schema, error)) from None


def _validator(
    schema: Any, patterns: jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions
) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        schema, offline=True, pattern_options=patterns, validate_formats=True, mask="The value"
    )


def _dialect_key(schema: Any) -> str:
    said = schema.get("$schema", NEWEST) if isinstance(schema, dict) else NEWEST
    return str(said).removesuffix("#").removeprefix("http://").removeprefix("https://")


def _dialect_issues(schema: Any) -> list[Issue]:
    if _dialect_key(schema) in DIALECTS:
        return []
    known = "drafts 4, 6, 7, 2019-09 and 2020-12"
    return [Issue(("$schema",), f"Rota knows the JSON Schema {known}; leave it out for 2020-12.")]


@cache
def _grammar(dialect: str) -> jsonschema_rs.Validator:
    # `jsonschema_rs.meta` tells the first fault only, and would fetch what it does not know.
    schema = {"$schema": dialect, "$ref": dialect}
    return jsonschema_rs.validator_for(schema, offline=True, mask="The value")


def _grammar_issues(schema: Any) -> list[Issue]:
    grammar = _grammar(DIALECTS[_dialect_key(schema)])
    if grammar.is_valid(schema):
        return []
    return [at(path, message) for path, message in _told(grammar.iter_errors(schema))]


def _compiler_issues(schema: Any, error: ValueError) -> list[Issue]:
    path = tuple(getattr(error, "instance_path", ()))
    if path:
        return [at(path, "This is no regular expression that Rota can run, or it is too large.")]
    references = References(schema)
    lost = [(path, ref) for path, ref in references.found if not references.targets(ref)]
    if lost:
        why = "leads out of this schema or to nothing in it. Put the definition into the schema."
        return [at(path, f"{ref[:100]!r} {why}") for path, ref in lost[:MAX_ISSUES]]
    message = getattr(error, "message", str(error))
    return [Issue((), f"The schema cannot be used: {message[:200]}")]


class ContractModel(RootModel[Any]):
    """Judges by its contract. As a root model it has no names of its own for keys to clash with."""

    contract: ClassVar[Contract]

    @model_validator(mode="before")
    @classmethod
    def _judge(cls, value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if faults := cls.contract.faults(value):
            raise ValidationError.from_exception_data(
                cls.__name__,
                [
                    InitErrorDetails(
                        type=PydanticCustomError("json_schema", "{message}", {"message": message}),
                        loc=path,
                        input=_part(value, path),
                    )
                    for path, message in faults
                ],
            )
        return value

    @classmethod
    def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
        shown: dict[str, Any] = jsontext.loads(jsontext.dumps(shown_to_models(cls.contract.schema)))
        return shown

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> dict[str, Any]:
        return _Foreign(cls.model_json_schema())


class _Foreign(dict[str, Any]):
    """Hides the user's references from Pydantic's generator, which takes all for its own.

    It looks for them by `items`, and takes the result apart by `keys`.
    """

    def items(self) -> Any:
        return {}.items()

    def copy(self) -> "_Foreign":
        return _Foreign(self)


@lru_cache(maxsize=128)
def _model(text: str, name: str) -> type[ContractModel]:
    model = create_model(name, __base__=ContractModel)
    model.contract = _compile(text)
    return model


def _part(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
