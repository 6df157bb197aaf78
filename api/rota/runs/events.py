"""Facts about runs. The run's own history is in its rows (RunEvent); these only announce."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from rota.platform.kernel.events import AuditedEvent, Event, Fact, Many, Question
from rota.runs.models import RunStatus


@dataclass(frozen=True, kw_only=True)
class RunChanged(Event):
    """A run has a new status; None before it where the run is new. It names what lists filter
    by."""

    name: ClassVar[str] = "run.changed"
    from_status: RunStatus | None
    status: RunStatus
    attempt: int
    last_sequence: int
    agent_id: UUID
    task_id: UUID
    assignment_id: UUID


class RunsChanged(Many[RunChanged]):
    """Every transition of every run, whoever made it, within its transaction."""


@dataclass(frozen=True, kw_only=True)
class RunEventAppended(Event):
    """There is something new to read for those who watch this run."""

    name: ClassVar[str] = "run_event.appended"
    sequence: int


class RunEventsAppended(Many[RunEventAppended]):
    """It only announces: nobody listens within a transaction."""


@dataclass(frozen=True, kw_only=True)
class RunCancelRequested(AuditedEvent):
    name: ClassVar[str] = "run.cancel_requested"


@dataclass(frozen=True)
class RunsPruning(Question):
    """These are about to be removed; whoever still needs some keeps them."""

    ids: Set[UUID]
    kept: set[UUID] = field(default_factory=set)

    def keep(self, ids: Iterable[UUID]) -> None:
        self.kept.update(ids)


def transitions(rows: Sequence[Mapping[str, Any]]) -> list[Fact]:
    """What happened by a statement that changed the status of these runs, if it did."""
    if not rows:
        return []
    changed = [
        RunChanged(
            id=row["id"],
            from_status=row["from_status"] and RunStatus(row["from_status"]),
            status=RunStatus(row["status"]),
            attempt=row["attempt"],
            last_sequence=row["last_sequence"],
            agent_id=row["agent_id"],
            task_id=row["task_id"],
            assignment_id=row["assignment_id"],
        )
        for row in rows
    ]
    appended = [RunEventAppended(id=one.id, sequence=one.last_sequence) for one in changed]
    return [RunsChanged(changed), RunEventsAppended(appended)]
