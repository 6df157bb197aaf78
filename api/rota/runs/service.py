"""What can be done with runs from outside: ask for one, stop it, read it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rota.platform.kernel import answer_size
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.kernel.errors import BadRequest, NotFound
from rota.platform.kernel.ids import first_id_at, parse_id
from rota.platform.resources import Resources
from rota.platform.storage.pages import NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import select_lean_by_id, select_one
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import Rules, UnitOfWork, unit_of_work
from rota.providers.errors import ProviderInUse
from rota.providers.events import ProviderDeleting
from rota.runs import reads, requests, statements
from rota.runs.events import RunCancelRequested, RunsPruning, transitions
from rota.runs.models import TERMINAL, Run, RunEvent, RunStatus
from rota.runs.requests import RunRequest

ID_SECONDS = 3600  # more than lies between a run's moment and the making of its id


async def cancel_run(work: UnitOfWork, run_id: str) -> Run:
    """A queued run ends here and now; a running one ends once its worker has closed the
    vendor's connection; a finished one comes back as it is. Raises NotFound."""
    work.actor.require(Role.OPERATOR)
    parsed = parse_id(run_id)
    found = await statements.LOCK.models(Run, id=parsed) if parsed else []
    if not found:
        raise NotFound("run", run_id, ["runId"])
    [run] = found
    before = run.status
    if before is RunStatus.QUEUED:
        statement, run.finished_at = statements.CANCEL_QUEUED, work.now
    elif before is RunStatus.RUNNING:
        statement = statements.CANCEL_RUNNING
    else:
        return run
    [changed] = cancelled = await statement.rows(id=run.id, now=work.now)
    run.status, run.last_sequence = RunStatus(changed["status"]), changed["last_sequence"]
    await _tell(work, cancelled)
    subject = f"{run.agent_name}: {run.task_name}"
    changes = {"status": (before.value, run.status.value)}
    await work.emit(RunCancelRequested(id=run.id, subject_name=subject, changes=changes))
    return run


async def get_run(id: str) -> Run | None:
    parsed = parse_id(id)
    return await select_one(Run, parsed) if parsed else None


async def get_runs(ids: Sequence[str]) -> list[Run | None]:
    """In the order of the ids, without what is long; None for one that is not there."""
    return await select_lean_by_id(Run, [UUID(text) for text in ids])


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
    """By sequence, from the one behind `after` on; `first` is 1 to 1,000. Raises BadRequest."""
    first = 100 if first is None else first
    if not 1 <= first <= 1000:
        raise BadRequest("`first` must be from 1 to 1,000.")
    position = min(max(after or 0, 0), 2**31 - 1)
    wanted = {"run_id": run_id, "after": position, "first": first}
    await _measure(reads.EVENTS_BYTES, "events", **wanted)
    return await reads.EVENTS.models(RunEvent, **wanted)


async def list_requests(run_id: UUID) -> list[RunRequest]:
    """First to last, each with all of its messages. Raises TooLarge."""
    await _measure(reads.REQUESTS_BYTES, "requests", run_id=run_id)
    return requests.read(await reads.REQUESTS.rows(run_id=run_id))


async def _measure(bytes_of: Statement, name: str, **values: Any) -> None:
    """What is read for an answer is measured before."""
    if answer_size.is_measured():
        answer_size.add_reads()
        [found] = await bytes_of.records(**values)
        answer_size.add_rows(found["rows"])
        answer_size.add_read_bytes(found["bytes"], name)


async def refuse_provider_deletion(work: UnitOfWork, event: ProviderDeleting) -> None:
    """Raises ProviderInUse while runs of it have not ended."""
    if await reads.UNFINISHED_OF_PROVIDER.rows(provider_id=event.id):
        raise ProviderInUse


def is_over(run: Run) -> bool:
    return run.status in TERMINAL


async def latest_used_assignments(most: int) -> list[UUID]:
    """Judged by the last thousand runs, so that it costs the same however many there are."""
    rows = await reads.LATEST_USED_ASSIGNMENTS.rows(most=most)
    return [row["assignment_id"] for row in rows]


async def prune(
    resources: Resources, rules: Rules, older_than: datetime, batch: int = 1000
) -> AsyncIterator[int]:
    """Removes runs that finished before, but for those that somebody keeps; their events go with
    them. How many, batch by batch, so that nobody waits for long."""
    after, after_id = datetime.min.replace(tzinfo=UTC), UUID(int=0)
    while True:
        async with unit_of_work(resources, rules, SYSTEM) as work:
            found = await statements.PRUNABLE.rows(
                before=older_than, after=after, after_id=after_id, batch=batch
            )
            if not found:
                return
            pruning = RunsPruning({row["id"] for row in found})
            await work.emit(pruning)
            removed = await statements.PRUNE.rows(ids=[*pruning.ids - pruning.kept])
        yield len(removed)
        after, after_id = found[-1]["finished_at"], found[-1]["id"]


async def _tell(work: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    for fact in transitions(rows):
        await work.emit(fact)
