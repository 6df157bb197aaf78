"""JSON Schema as a contract: whether a schema is one, and what in a value breaks it. A compiled
validator decides alone."""

import re
from operator import attrgetter
from typing import Any, NamedTuple

from cachetools import cached

from rota.contracts.contract import Contract
from rota.contracts.cost import Costs
from rota.contracts.limits import (
    at,
    pattern_issues,
    patterns_weight,
    size_issues,
    tried_pattern_issues,
)
from rota.contracts.references import lost, write_as_uris
from rota.contracts.root import root_issues, root_notes
from rota.contracts.structure import Structure, TooMuch
from rota.contracts.validators import (
    MAX_ISSUES,
    Validator,
    backtracking_validator,
    compiler_complaint,
    dialect_of,
    faults_in_grammar,
    linear_validator,
    with_whole_numbers,
)
from rota.platform.kernel import jsontext
from rota.platform.kernel.cache import Cache
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.jsonvalue import fault, measure

MAX_CONTRACTS_BYTES = 16 * 1024 * 1024
# What a contract was measured to take: the schema, its structure, and a validator.
OWN_BYTES = 20_000
BYTES_A_PART = 700
BYTES_A_CHARACTER = 8
LONG_DOUBLES = re.compile(r"\d{15}\.0|\de\+")


class UnusableSchemaError(ValueError):
    def __init__(self, issues: list[Issue]) -> None:
        super().__init__("; ".join(issue.message for issue in issues))
        self.issues = issues


class SchemaCheck(NamedTuple):
    """Issues keep a schema from being a task's; notes say what it is taken to mean."""

    issues: list[Issue]
    notes: list[Issue]


def check_schema(schema: object) -> list[Issue]:
    """Why this cannot be a task's request or response schema; empty if it can."""
    return examine_schema(schema).issues


def examine_schema(schema: object) -> SchemaCheck:
    if not isinstance(schema, dict):
        return SchemaCheck([Issue((), "A schema is a JSON object.")], [])
    try:
        contract = compile_contract(schema)
    except UnusableSchemaError as error:
        return SchemaCheck(error.issues, [])
    if unkept := fault(contract.schema):
        return SchemaCheck([at(unkept.path, unkept.message)], [])
    known = contract.schema, contract.costs.structure.references
    issues = root_issues(*known)
    return SchemaCheck(issues, [] if issues else root_notes(*known))


def compile_contract(schema: dict[str, Any] | bool) -> Contract:
    """The same contract for the same schema; of one that is too heavy to be kept it holds the
    schema itself, and no copy. Raises UnusableSchemaError, which says why there is none."""
    text = text_of(schema)
    if _weight(schema, text) > MAX_CONTRACTS_BYTES:
        return _compile(schema, text)
    return compile_text(text)


def text_of(schema: Any) -> str:
    """The schema's identity. The order of keys counts: models generate in that order."""
    if issues := size_issues(schema):
        raise UnusableSchemaError(issues)
    return jsontext.dumps(schema)


@cached(Cache[Any, Contract](MAX_CONTRACTS_BYTES, attrgetter("weight")))
def compile_text(text: str) -> Contract:
    return _compile(jsontext.loads(text), text)


def _weight(schema: Any, text: str) -> int:
    return OWN_BYTES + BYTES_A_PART * measure(schema).parts + BYTES_A_CHARACTER * len(text)


def _compile(schema: Any, text: str) -> Contract:
    issues = _grammar_issues(schema)
    if issues or (issues := pattern_issues(schema) if '"pattern' in text else []):
        raise UnusableSchemaError(issues)
    try:
        structure = Structure(schema)
    except TooMuch as error:
        raise UnusableSchemaError([Issue((), str(error))]) from None
    weight = _weight(schema, text)
    compiled = schema
    if not structure.references.are_uris:
        compiled = jsontext.loads(text)
        write_as_uris(compiled)
    if LONG_DOUBLES.search(text):
        compiled = with_whole_numbers(compiled)
    try:
        costs = Costs(structure, backtracks=False)
        heavier = weight + int(patterns_weight(schema))
        return Contract(schema, text, linear_validator(compiled), costs, heavier)
    except ValueError:  # of any kind: the richer engine's verdict counts
        pass
    costs = Costs(structure, backtracks=True)
    heavier = weight + int(patterns_weight(schema, tried=True))
    return Contract(schema, text, _backtracking(schema, compiled), costs, heavier)


def _backtracking(schema: Any, compiled: Any) -> Validator:
    if issues := tried_pattern_issues(schema):
        raise UnusableSchemaError(issues)
    try:
        return backtracking_validator(compiled)
    except ValueError as error:
        raise UnusableSchemaError(_compiler_issues(schema, error)) from None


def _grammar_issues(schema: Any) -> list[Issue]:
    dialect = dialect_of(schema)
    if dialect is None:
        known = "drafts 4, 6, 7, 2019-09 and 2020-12"
        message = f"Rota knows the JSON Schema {known}; leave it out for 2020-12."
        return [Issue(("$schema",), message)]
    return [at(path, message) for path, message in faults_in_grammar(dialect, schema)]


def _compiler_issues(schema: Any, error: ValueError) -> list[Issue]:
    path, message = compiler_complaint(error)
    if path:
        return [at(path, "This is no regular expression that Rota can run, or it is too large.")]
    if found := lost(schema):
        why = "leads out of this schema or to nothing in it. Put the definition into the schema."
        return [at(path, f"{ref[:100]!r} {why}") for path, ref in found[:MAX_ISSUES]]
    return [Issue((), f"The schema cannot be used: {message[:200]}")]
