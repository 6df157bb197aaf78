"""What can be wrong about asking for a run, and how a run can fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rota.inference.errors import RunErrorCode
from rota.platform.kernel.errors import DomainError, Issue


class IdempotencyConflict(DomainError):
    def __init__(self, run_id: UUID) -> None:
        super().__init__(
            "This idempotencyKey belongs to a run of another assignment or input. Use a new key "
            "for a new request; repeat a request exactly to get its run again."
        )
        self.run_id = run_id


@dataclass(frozen=True)
class RunFailure:
    """Why a run ended without an output. `message` says what to do about it."""

    code: RunErrorCode
    message: str
    issues: Sequence[Issue] = ()
    vendor_message: str | None = None
