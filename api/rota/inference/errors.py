"""Why there is no answer: the codes, and what a conversation that failed tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from rota.platform.kernel.enums import DescribedStrEnum
from rota.platform.kernel.errors import Issue


class RunErrorCode(DescribedStrEnum):
    """Why a run failed."""

    PROVIDER_UNREACHABLE = "PROVIDER_UNREACHABLE", "The provider's server did not answer."
    PROVIDER_REFUSED = "PROVIDER_REFUSED", "The provider did not accept the key."
    PROVIDER_FAILED = "PROVIDER_FAILED", "The provider failed, or answered with nonsense."
    MODEL_NOT_FOUND = "MODEL_NOT_FOUND", "The provider does not have the model."
    RATE_LIMITED = "RATE_LIMITED", "The provider takes no more requests for now."
    TIMED_OUT = "TIMED_OUT", "It took longer than timeoutSeconds."
    INPUT_TOO_LONG = "INPUT_TOO_LONG", "Prompt and input are more than the model takes."
    PROMPT_TRUNCATED = "PROMPT_TRUNCATED", "The server cut the prompt and answered what was left."
    OUTPUT_INVALID = "OUTPUT_INVALID", "Every allowed answer broke the response schema."
    OUTPUT_TRUNCATED = "OUTPUT_TRUNCATED", "The answer was cut off by a limit on its length."
    CONTENT_REFUSED = "CONTENT_REFUSED", "A content filter, or the model itself, refused."
    LOST = "LOST", "Its workers died too often."
    INTERNAL = "INTERNAL", "A fault of Rota's own."


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What happened and what to do about it, in words for a person."""

    code: RunErrorCode
    message: str
    # What was wrong with the last answer, where that is why.
    issues: Sequence[Issue] = ()
    # The same request may succeed later by itself, after so many seconds where the vendor said so.
    may_pass: bool = False
    retry_after: float | None = None
    # The vendor's own words, without secrets.
    vendor_message: str | None = None
    # The server does not take the output mode; or its connection died before it answered anything.
    refuses_mode: bool = False
    died: bool = False


class Ended(Exception):
    """A conversation comes to nothing: raised where that is found out."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure
