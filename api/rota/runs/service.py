"""What can be done with runs from outside: ask for one, stop it, read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rota.assignments.errors import AssignmentInactive
from rota.contracts import compile_contract
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Role
from rota.platform.kernel.errors import BadRequest, InvalidInput, Issue, NotFound
from rota.platform.kernel.ids import first_id_at, new_id, parse_id
from rota.platform.kernel.names import is_storable
from rota.platform.storage.database import fetch
from rota.platform.storage.pages import NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import insert, select, select_one
from rota.platform.unit_of_work import UnitOfWork
from rota.providers.admission import check_active
from rota.providers.errors import ProviderInUse
from rota.providers.events import ProviderDeleting
from rota.runs.claims import facts
from rota.runs.errors import IdempotencyConflict
from rota.runs.events import RunCancelRequested
from rota.runs.models import TERMINAL, EventType, Run, RunEvent, RunStatus

LONGEST_INPUT = 1024 * 1024
LONGEST_KEY = 200
ID_SECONDS = 3600  # more than lies between a run's moment and the making of its id
UNFINISHED = [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.CANCELLING]


async def run_task(
    work: UnitOfWork, assignment_id: str, value: Any, idempotency_key: str | None
) -> Run:
    """Stores the run and answers at once. The same key with the same request gives the
    same run, whatever has become of its assignment since."""
    work.actor.require(Role.OPERATOR)
    _check_key(idempotency_key)
    if idempotency_key and (run := await _repeated(assignment_id, value, idempotency_key)):
        return run
    plan = await _plan(assignment_id)
    _check_input(plan["request_schema"], value)
    run = Run(
        id=new_id(),
        status=RunStatus.QUEUED,
        assignment_id=plan["assignment_id"],
        agent_id=plan["agent_id"],
        agent_name=plan["agent_name"],
        agent_revision_id=plan["agent_revision_id"],
        task_id=plan["task_id"],
        task_name=plan["task_name"],
        task_revision_id=plan["task_revision_id"],
        provider_id=plan["provider_id"],
        input=value,
        idempotency_key=idempotency_key,
        created_by=work.actor.name,
        queued_at=work.now,
    )
    if not await insert(run, unless_taken="idempotency_key"):
        winner = idempotency_key and await _repeated(assignment_id, value, idempotency_key)
        if not winner:
            raise BadRequest("The run of this idempotencyKey was just removed. Ask once more.")
        return winner
    await _append(work, run, EventType.QUEUED)
    return run


async def cancel_run(work: UnitOfWork, run_id: str) -> Run:
    """A queued run ends here and now; a running one ends once its worker has closed the
    vendor's connection; a finished one comes back as it is."""
    work.actor.require(Role.OPERATOR)
    parsed = parse_id(run_id)
    run = await Run.filter(id=parsed).select_for_update().get_or_none() if parsed else None
    if run is None:
        raise NotFound("run", run_id, ["runId"])
    before = run.status
    if run.status is RunStatus.QUEUED:
        run.status, run.finished_at = RunStatus.CANCELLED, work.now
    elif run.status is RunStatus.RUNNING:
        run.status = RunStatus.CANCELLING
    else:
        return run
    run.last_sequence += 1
    await run.save(update_fields=["status", "finished_at", "last_sequence"])
    await _append(work, run, EventType[run.status.name])
    subject = f"{run.agent_name}: {run.task_name}"
    changes = {"status": (before.value, run.status.value)}
    await work.emit(RunCancelRequested(id=run.id, subject_name=subject, changes=changes))
    return run


async def get_run(id: str) -> Run | None:
    parsed = parse_id(id)
    return await select_one(Run, parsed) if parsed else None


@dataclass(frozen=True)
class RunFilter:
    """Ids are text as clients sent them; None leaves a field out of account."""

    agent_id: str | None = None
    task_id: str | None = None
    assignment_id: str | None = None
    statuses: Sequence[RunStatus] | None = None
    queued_after: datetime | None = None
    queued_before: datetime | None = None


async def list_runs(
    wanted: RunFilter, first: int | None, after: str | None, *, default: int = 50
) -> Page[Run]:
    query = Query(Run)
    for column in ("agent_id", "task_id", "assignment_id"):
        text = getattr(wanted, column)
        if text is not None:
            query = query.where(f"{column} = {{}}", parse_id(text))
    if wanted.statuses is not None:
        query = query.where("status = ANY({}::text[])", [one.value for one in wanted.statuses])
    # Ids are in the order of time: they say where in the table to begin, and where to end.
    if wanted.queued_after is not None:
        begin = first_id_at(wanted.queued_after, -ID_SECONDS)
        query = query.where("queued_at > {} AND id >= {}", wanted.queued_after, begin)
    if wanted.queued_before is not None:
        end = first_id_at(wanted.queued_before, ID_SECONDS)
        query = query.where("queued_at < {} AND id < {}", wanted.queued_before, end)
    return await fetch_page(query, NEWEST_FIRST, first, after, default=default)


async def list_events(run_id: UUID, first: int | None, after: int | None) -> list[RunEvent]:
    """By sequence, from the one behind `after` on."""
    first = 100 if first is None else first
    if not 1 <= first <= 1000:
        raise BadRequest("`first` must be from 1 to 1,000.")
    position = min(max(after or 0, 0), 2**31 - 1)
    tail = "WHERE run_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"
    return await select(RunEvent, tail, run_id, position, first)


async def refuse_provider_deletion(work: UnitOfWork, event: ProviderDeleting) -> None:
    if await Run.filter(provider_id=event.id, status__in=UNFINISHED).exists():
        raise ProviderInUse


def is_over(run: Run) -> bool:
    return run.status in TERMINAL


async def latest_used_assignments(most: int) -> list[UUID]:
    """Judged by the last thousand runs, so that it costs the same however many there are."""
    rows = await fetch(
        """
        SELECT assignment_id FROM (SELECT id, assignment_id FROM run ORDER BY id DESC LIMIT 1000) r
        GROUP BY assignment_id ORDER BY max(id::text) DESC LIMIT $1
        """,
        most,
    )
    return [row["assignment_id"] for row in rows]


async def prune(older_than: datetime, batch: int = 1000) -> int:
    """Removes up to `batch` runs that finished before; their events go with them."""
    rows = await fetch(
        """
        DELETE FROM run WHERE id IN (
            SELECT id FROM run WHERE finished_at < $1 ORDER BY finished_at LIMIT $2
        ) RETURNING id
        """,
        older_than,
        batch,
    )
    return len(rows)


async def _plan(assignment_id: str) -> dict[str, Any]:
    """Everything a new run is made of, in one read: the newest revisions of all."""
    parsed = parse_id(assignment_id)
    rows = parsed and await fetch(
        """
        SELECT a.id AS assignment_id, a.is_active, a.agent_id, a.task_id,
            agent.name AS agent_name, agent_revision.id AS agent_revision_id,
            task.name AS task_name, task_revision.id AS task_revision_id, task.request_schema,
            provider.id AS provider_id, provider.name AS provider_name,
            provider.is_active AS provider_is_active
        FROM assignment a
        LEFT JOIN agent ON agent.id = a.agent_id
        LEFT JOIN agent_revision ON agent_revision.agent_id = agent.id
            AND agent_revision.revision = agent.revision
        LEFT JOIN provider ON provider.id = agent.provider_id
        LEFT JOIN task ON task.id = a.task_id
        LEFT JOIN task_revision ON task_revision.task_id = task.id
            AND task_revision.revision = task.revision
        WHERE a.id = $1
        """,
        parsed,
    )
    if not rows:
        raise NotFound("assignment", assignment_id, ["assignmentId"])
    plan = rows[0]
    if not plan["is_active"]:
        raise AssignmentInactive(plan["assignment_id"])
    check_active(
        plan["provider_id"], plan["provider_name"], plan["provider_is_active"], ["assignmentId"]
    )
    return plan


def _check_key(key: str | None) -> None:
    if key is None:
        return
    if not key or len(key) > LONGEST_KEY or not is_storable(key):
        raise InvalidInput.at("idempotencyKey", f"It has 1 to {LONGEST_KEY} characters.")


def _check_input(request_schema: dict[str, Any] | None, value: Any) -> None:
    if len(jsontext.dumps_readable(value).encode()) > LONGEST_INPUT:
        raise InvalidInput.at("input", "An input has at most 1 MiB as JSON.")
    if request_schema is None:
        if not isinstance(value, str):
            raise InvalidInput.at("input", "This task takes free text: send a JSON string.")
        return
    issues = compile_contract(request_schema).issues(value)
    if issues:
        raise InvalidInput([Issue(("input", *issue.path), issue.message) for issue in issues])


async def _repeated(assignment_id: str, value: Any, key: str) -> Run | None:
    run = await Run.get_or_none(idempotency_key=key)
    if run is None:
        return None
    if run.assignment_id != parse_id(assignment_id) or not jsontext.is_same(run.input, value):
        raise IdempotencyConflict(run.id)
    return run


async def _append(work: UnitOfWork, run: Run, type: EventType) -> None:
    """The event at `last_sequence`, within the transaction that holds the run's row."""
    await fetch(
        "INSERT INTO run_event (run_id, sequence, type, at, data) VALUES ($1, $2, $3, $4, '{}')",
        run.id,
        run.last_sequence,
        type.value,
        work.now,
    )
    row = {
        "id": run.id,
        "status": run.status.value,
        "attempt": run.attempt,
        "last_sequence": run.last_sequence,
        "agent_id": run.agent_id,
        "task_id": run.task_id,
        "assignment_id": run.assignment_id,
    }
    for fact in facts(row):
        await work.emit(fact)
