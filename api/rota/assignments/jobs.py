"""Work on assignments that may wait a moment."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rota.platform.kernel.jobs import Job


@dataclass(frozen=True, kw_only=True)
class PrepareInstance(Job):
    name: ClassVar[str] = "assignment.prepare"
    assignment_id: UUID
