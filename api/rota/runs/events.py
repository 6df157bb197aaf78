"""Facts about runs. The run's own history is in its rows (RunEvent); these only announce."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.events import AuditedEvent, Event


@dataclass(frozen=True, kw_only=True)
class RunChanged(Event):
    """A run has a new status. It names what lists filter by; all ids are text."""

    name: ClassVar[str] = "run.changed"
    status: str
    attempt: int
    agent_id: str
    task_id: str
    assignment_id: str


@dataclass(frozen=True, kw_only=True)
class RunEventAppended(Event):
    """There is something new to read for those who watch this run."""

    name: ClassVar[str] = "run_event.appended"
    sequence: int


@dataclass(frozen=True, kw_only=True)
class RunCancelRequested(AuditedEvent):
    name: ClassVar[str] = "run.cancel_requested"
