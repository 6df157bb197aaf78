"""A schema ready to judge values: at once what is cheap for sure, in a process of its own what may
not be."""

from dataclasses import dataclass, field
from typing import Any

from rota.contracts.child import CHILD
from rota.contracts.cost import Bill, Costs
from rota.contracts.limits import at
from rota.contracts.validators import Validator, all_faults, first_fault
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.jsonvalue import Extent, Path, measure

Faults = list[tuple[Path, str]]

MAX_JUDGED = 400_000  # in units of cost: some 60 ms
MAX_EXPLAINED = 250_000  # some 25 ms and 5 MB
NOT_AN_OBJECT = "The value must be of type object."
TOO_DEAR = (
    "Checking the value against the schema takes too long or too much memory, so it is not taken. "
    "Make the value smaller, or the schema simpler: fewer alternatives, options and patterns."
)
NO_PLACE = [((), "The value does not match the schema, which branches too much to say where.")]


@dataclass(frozen=True)
class Verdict:
    """What speaks against keeping a value, at most MAX_ISSUES of it. Where it was too dear to
    check, nobody knows whether it keeps the schema: the one issue says so, and a correction would
    not help."""

    issues: list[Issue]
    is_too_dear: bool = False


@dataclass(frozen=True)
class Findings:
    """What in a value breaks the schema. `is_too_dear` where that could not be found out."""

    faults: Faults
    is_too_dear: bool = False


VALID = Findings([])


@dataclass(frozen=True, eq=False)
class Contract:
    """Where a value may be dear to judge, whoever asks here waits for another process, up to some
    seconds; `judge` lets others go on meanwhile."""

    schema: Any
    text: str = field(repr=False)
    validator: Validator
    costs: Costs = field(repr=False)
    weight: int  # in bytes, as far as can be said

    def issues(self, value: Any) -> list[Issue]:
        """What speaks against keeping the value, at most MAX_ISSUES of it."""
        return self.verdict(value).issues

    def faults(self, value: Any) -> Faults:
        """What in the value breaks the schema: JSON Schema's verdict and no more."""
        return self._findings(value, measure(value)).faults

    def verdict(self, value: Any) -> Verdict:
        """On the value as a task's: it keeps the schema, is an object, and can be kept."""
        if not isinstance(value, dict):
            return Verdict([Issue((), NOT_AN_OBJECT)])
        extent = measure(value)
        return self._verdict(self._findings(value, extent), extent)

    def verdict_at_once(self, value: Any) -> Verdict | None:
        """None where that may take long."""
        if not isinstance(value, dict):
            return Verdict([Issue((), NOT_AN_OBJECT)])
        extent = measure(value)
        findings = self._find_here(value, extent)
        return self._verdict(findings, extent) if findings else None

    def _verdict(self, findings: Findings, extent: Extent) -> Verdict:
        issues = [at(path, message) for path, message in findings.faults]
        if not issues and extent.unkept:
            issues = [at(extent.unkept.path, extent.unkept.message)]
        return Verdict(issues, findings.is_too_dear)

    def _findings(self, value: Any, extent: Extent) -> Findings:
        return self._find_here(value, extent) or self._find_elsewhere(value)

    def _find_here(self, value: Any, extent: Extent) -> Findings | None:
        """None where it may be too dear."""
        if extent.fault:
            return Findings([(extent.fault.path, extent.fault.message)])
        bill = self.costs.rough(extent)
        if bill.judge > MAX_JUDGED:
            bill = self.costs.close(extent)
        if bill.judge > MAX_JUDGED:
            return None
        try:
            return VALID if self.validator.is_valid(value) else self._explain(value, extent, bill)
        except ValueError as error:  # nested deeper than the validator goes
            return Findings([((), f"The value cannot be checked: {str(error)[:200]}.")])

    def _explain(self, value: Any, extent: Extent, bill: Bill) -> Findings | None:
        if bill.explain > MAX_EXPLAINED:
            bill = self.costs.close(extent)
        if bill.explain <= MAX_EXPLAINED:
            return Findings(all_faults(self.validator, value))
        if bill.explain_first <= MAX_EXPLAINED:
            return Findings(first_fault(self.validator, value))
        return None

    def explain(self, value: Any, max_cost: float) -> Faults:
        """Of a value that is wrong, however dear that is: beyond the cost the first fault."""
        is_cheap = self.costs.close(measure(value)).explain <= max_cost
        return (all_faults if is_cheap else first_fault)(self.validator, value)

    def _find_elsewhere(self, value: Any) -> Findings:
        answer = CHILD.ask(self.text.encode(), jsontext.dump_bytes(value))
        if answer.is_valid is None:
            return Findings([((), TOO_DEAR)], is_too_dear=True)
        if answer.is_valid:
            return VALID
        return Findings([(tuple(path), message) for path, message in answer.faults or NO_PLACE])
