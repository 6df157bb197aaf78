"""Facts about runs. The run's own history is in its rows (RunEvent); these only announce, and carry
what is short of it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from uuid import UUID

import orjson

from rota.platform.kernel import jsontext
from rota.platform.kernel.events import AuditedEvent, Event, Fact, Many, Question
from rota.runs.models import RunStatus

MAX_CARRIED_BYTES = 16 * 1024  # of an event's data, and of an output, as JSON
USED = ("usage_requests", "usage_input_tokens", "usage_output_tokens", "usage_cached_tokens")


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
    """There is something new for those who watch this run. `carried` are the latest events where
    they are short, up to the one of this sequence, and `ended` is what a run succeeded with;
    whoever lacks one reads it."""

    name: ClassVar[str] = "run_event.appended"
    sequence: int
    carried: Sequence[Mapping[str, Any]] = ()
    ended: Mapping[str, Any] | None = None


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


def appended(run_id: UUID, *events: Mapping[str, Any]) -> RunEventAppended:
    """These events, of one run and in order, as their statements give them: sequence, type, at and
    data."""
    carried: list[dict[str, Any]] = []
    for event in events:
        data = jsontext.dump_bytes(event["data"])
        if len(data) > MAX_CARRIED_BYTES:
            carried.clear()
        else:
            head = {name: event[name] for name in ("sequence", "type", "at")}
            carried.append({**head, "data": orjson.Fragment(data)})
    return RunEventAppended(id=run_id, sequence=events[-1]["sequence"], carried=carried)


def succeeded(
    rows: Sequence[Mapping[str, Any]], output: Any, before: Mapping[str, Any] | None
) -> list[Fact]:
    """What happened to the run that ended with this output. `before` is an event that the same
    statement stored before the last."""
    changed, _ = transitions(rows)
    [row] = rows
    last = _event(row)
    events = [last]
    if before is not None:
        events.insert(0, {**before, "sequence": last["sequence"] - 1, "at": last["at"]})
    told = appended(row["id"], *events)
    text = jsontext.dumps(output)
    if told.carried and len(text) <= MAX_CARRIED_BYTES:
        used = {name: row[name] for name in USED}
        cost = None if row["cost_usd"] is None else str(row["cost_usd"])
        told = replace(told, ended={**used, "cost_usd": cost, "output": text})
    return [changed, RunEventsAppended([told])]


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
    told = [appended(row["id"], _event(row)) for row in rows]
    return [RunsChanged(changed), RunEventsAppended(told)]


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    names = {"sequence": "last_sequence", "type": "event_type", "at": "at", "data": "data"}
    return {name: row[column] for name, column in names.items()}
