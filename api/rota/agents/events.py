"""Facts about agents."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.events import AuditedEvent


@dataclass(frozen=True, kw_only=True)
class AgentCreated(AuditedEvent):
    name: ClassVar[str] = "agent.created"


@dataclass(frozen=True, kw_only=True)
class AgentUpdated(AuditedEvent):
    name: ClassVar[str] = "agent.updated"


@dataclass(frozen=True, kw_only=True)
class AgentDeleted(AuditedEvent):
    """Emitted once the row is gone: its assignments have to follow in the same transaction."""

    name: ClassVar[str] = "agent.deleted"
