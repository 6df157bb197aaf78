"""Why there is no answer: the codes, and what a conversation that failed tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rota.platform.kernel.errors import Issue


class RunErrorCode(StrEnum):
    """The public name of each kind of failure. TIMED_OUT, LOST and INTERNAL are no vendor's."""

    PROVIDER_UNREACHABLE = "PROVIDER_UNREACHABLE"
    PROVIDER_REFUSED = "PROVIDER_REFUSED"
    PROVIDER_FAILED = "PROVIDER_FAILED"
    MODEL_NOT_FOUND = "MODEL_NOT_FOUND"
    RATE_LIMITED = "RATE_LIMITED"
    TIMED_OUT = "TIMED_OUT"
    INPUT_TOO_LONG = "INPUT_TOO_LONG"
    OUTPUT_INVALID = "OUTPUT_INVALID"
    LOST = "LOST"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True)
class Failure:
    """What happened and what to do about it, in words for a person. `issues`: what was wrong with
    the last answer, where that is why. `may_pass`: the same request may succeed later by itself,
    after `retry_after` seconds where the vendor said so."""

    code: RunErrorCode
    message: str
    issues: Sequence[Issue] = ()
    may_pass: bool = False
    retry_after: float | None = None
