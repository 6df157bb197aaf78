"""JSON Schema as a contract: whether a schema is one, and what in a value breaks it. A compiled
validator decides alone."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from cachetools import cached

from rota.contracts.limits import Extent, at, limit_issues, measure
from rota.contracts.references import Path, References, Unfolding, unfold
from rota.contracts.root import root_issues
from rota.contracts.validators import (
    MAX_BACKTRACKED,
    MAX_ISSUES,
    Validator,
    all_faults,
    backtracking_validator,
    compiler_complaint,
    dialect_of,
    first_fault,
    linear_validator,
    metavalidator,
)
from rota.platform.kernel import jsontext
from rota.platform.kernel.cache import Cache
from rota.platform.kernel.errors import Issue

# Telling what is wrong costs far more than knowing that something is: each branch of the
# schema may copy the whole value. Beyond the first cost only the first fault is told, beyond
# the others not even its place.
MAX_DETAIL_COST = 50_000
MAX_PLACE_COST = 2_000_000
MAX_BRANCHES = 60_000
MAX_CONTRACTS_BYTES = 16 * 1024 * 1024
# What a contract was measured to take: the schema, and a validator of some forty times its text.
OWN_BYTES = 4_000
BYTES_A_CHARACTER = 45


class UnusableSchemaError(ValueError):
    def __init__(self, issues: list[Issue]) -> None:
        super().__init__("; ".join(issue.message for issue in issues))
        self.issues = issues


@dataclass(frozen=True, eq=False)
class Contract:
    """A schema ready to judge values."""

    schema: Any
    validator: Validator
    unfolding: Unfolding
    backtracks: bool
    weight: int  # in bytes, as far as can be said

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
        if branches > MAX_BRANCHES or cost > MAX_PLACE_COST:
            return [
                ((), "The value does not match the schema, which branches too much to say where.")
            ]
        explain = all_faults if cost <= MAX_DETAIL_COST else first_fault
        return explain(self.validator, value)


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
    """The same contract for the same schema. Raises UnusableSchemaError, which says why there is
    none."""
    return compile_text(text_of(schema))


def text_of(schema: Any) -> str:
    """The schema's identity. The order of keys counts: models generate in that order."""
    if issues := limit_issues(schema):
        raise UnusableSchemaError(issues)
    return jsontext.dumps(schema)


@cached(Cache[Any, Contract](MAX_CONTRACTS_BYTES, attrgetter("weight")))
def compile_text(text: str) -> Contract:
    schema = jsontext.loads(text)
    if issues := _grammar_issues(schema):
        raise UnusableSchemaError(issues)
    weight = OWN_BYTES + BYTES_A_CHARACTER * len(text)
    try:
        return Contract(schema, linear_validator(schema), unfold(schema), False, weight)
    except ValueError:  # of any kind: the richer engine's verdict counts
        pass
    try:
        return Contract(schema, backtracking_validator(schema), unfold(schema), True, weight)
    except ValueError as error:
        raise UnusableSchemaError(_compiler_issues(schema, error)) from None


def _grammar_issues(schema: Any) -> list[Issue]:
    dialect = dialect_of(schema)
    if dialect is None:
        known = "drafts 4, 6, 7, 2019-09 and 2020-12"
        message = f"Rota knows the JSON Schema {known}; leave it out for 2020-12."
        return [Issue(("$schema",), message)]
    grammar = metavalidator(dialect)
    if grammar.is_valid(schema):
        return []
    return [at(path, message) for path, message in all_faults(grammar, schema)]


def _compiler_issues(schema: Any, error: ValueError) -> list[Issue]:
    path, message = compiler_complaint(error)
    if path:
        return [at(path, "This is no regular expression that Rota can run, or it is too large.")]
    references = References(schema)
    lost = [(path, ref) for path, ref in references.found if not references.targets(ref)]
    if lost:
        why = "leads out of this schema or to nothing in it. Put the definition into the schema."
        return [at(path, f"{ref[:100]!r} {why}") for path, ref in lost[:MAX_ISSUES]]
    return [Issue((), f"The schema cannot be used: {message[:200]}")]
