"""Facts about assignments."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.events import AuditedEvent, Event


@dataclass(frozen=True, kw_only=True)
class AssignmentCreated(AuditedEvent):
    name: ClassVar[str] = "assignment.created"


@dataclass(frozen=True, kw_only=True)
class AssignmentUpdated(AuditedEvent):
    name: ClassVar[str] = "assignment.updated"


@dataclass(frozen=True, kw_only=True)
class AssignmentRenamed(Event):
    """Its agent or task has a new name, of which their own audit entries tell."""

    name: ClassVar[str] = "assignment.renamed"
