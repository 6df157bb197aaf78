"""Facts about tasks."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.events import AuditedEvent, Event


@dataclass(frozen=True, kw_only=True)
class TaskCreated(AuditedEvent):
    name: ClassVar[str] = "task.created"


@dataclass(frozen=True, kw_only=True)
class TaskUpdated(AuditedEvent):
    name: ClassVar[str] = "task.updated"


@dataclass(frozen=True, kw_only=True)
class TaskDeleting(Event):
    """Before the fact, the task's row locked: whoever stands against it raises TaskInUse."""

    name: ClassVar[str] = "task.deleting"


@dataclass(frozen=True, kw_only=True)
class TaskDeleted(AuditedEvent):
    name: ClassVar[str] = "task.deleted"
