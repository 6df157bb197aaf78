"""Asking for a run. The short way is one statement: it stores the run if the task is still the one
that the input was checked against, and if all that the run is made of may be used. Where it stores
nothing, the long way reads why, says it, or tries again with what it read."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from rota.assignments.errors import AssignmentInactive
from rota.contracts import Contract, Verdict, compile_text, judge, text_of
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.cache import Cache
from rota.platform.kernel.errors import (
    BadRequest,
    InvalidInput,
    Issue,
    NotFound,
    Unavailable,
)
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.jsonvalue import fault
from rota.platform.kernel.names import is_storable
from rota.platform.resources import Resources
from rota.platform.storage.orm import columns_of
from rota.platform.unit_of_work import Rules, one_statement
from rota.providers.admission import check_active
from rota.runs import reads, statements
from rota.runs.errors import IdempotencyConflict
from rota.runs.events import RunsChanged, transitions
from rota.runs.models import Run

MAX_INPUT_BYTES = 1024 * 1024
MAX_KEY_LENGTH = 200
TRIES = 3
MAX_KNOWN_BYTES = 1024 * 1024
OWN_BYTES = 1_000
JUDGING_SECONDS = 5.0  # for an input and those before it; half of what a request has
BUSY = "Too many inputs that are dear to check are being checked. Try again soon."


# Stores the run if it may be so: with its input, checked against this revision of the task.
Store = Callable[[UUID], Awaitable[Run | None]]


@dataclass(frozen=True)
class KnownTask:
    """What inputs for an assignment were checked against the last time; None: free text."""

    revision_id: UUID
    request_schema: str | None


def _weight(task: KnownTask) -> int:
    return OWN_BYTES + len(task.request_schema or "")


_known: Cache[UUID, KnownTask] = Cache(MAX_KNOWN_BYTES, _weight)


async def run_task(
    resources: Resources,
    rules: Rules,
    assignment_id: str,
    value: Any,
    *,
    actor: Actor,
    key: str | None = None,
) -> Run:
    """Stores the run and answers at once. The same idempotency key with the same request gives the
    same run, whatever has become of its assignment since. Raises InvalidInput for the input or the
    key, NotFound and AssignmentInactive for the assignment, ProviderInactive, IdempotencyConflict,
    BadRequest where what the run is made of changes all the time, and Unavailable where too much
    is to be judged at once."""
    actor.require(Role.OPERATOR)
    _check_key(key)
    parsed = parse_id(assignment_id)
    if parsed is None:
        raise NotFound("assignment", assignment_id, ["assignmentId"])
    values = {"input": value, "idempotency_key": key, "created_by": actor.name}

    async def store(task_revision_id: UUID) -> Run | None:
        new = {"id": new_id(), "assignment_id": parsed, "queued_at": datetime.now(UTC), **values}
        write = partial(statements.QUEUE.rows, task_revision_id=task_revision_id, **new)
        made = await one_statement(
            resources, rules, RunsChanged, write, transitions, actor=actor, may_be_refused=True
        )
        return _run(made[0], value) if made else None

    return await _short_way(parsed, value, store) or await _long_way(parsed, value, key, store)


async def _short_way(assignment_id: UUID, value: Any, store: Store) -> Run | None:
    task = _known.get(assignment_id)
    if task is None or await _issues(task.request_schema, value):
        return None
    return await store(task.revision_id)


async def _long_way(assignment_id: UUID, value: Any, key: str | None, store: Store) -> Run:
    for _ in range(TRIES):
        if key and (run := await _repeated(assignment_id, value, key)):
            return run
        task = await _newest_task(assignment_id)
        if issues := await _issues(task.request_schema, value):
            raise InvalidInput([Issue(("input", *issue.path), issue.message) for issue in issues])
        if run := await store(task.revision_id):
            _known[assignment_id] = task
            return run
    raise BadRequest("What this run is made of was just changed. Ask once more.")


async def _newest_task(assignment_id: UUID) -> KnownTask:
    """Of an assignment that takes runs."""
    rows = await reads.PLAN.rows(assignment_id=assignment_id)
    if not rows:
        raise NotFound("assignment", str(assignment_id), ["assignmentId"])
    [plan] = rows
    if not plan["is_active"]:
        raise AssignmentInactive(assignment_id)
    check_active(
        plan["provider_id"], plan["provider_name"], plan["provider_is_active"], ["assignmentId"]
    )
    schema = plan["request_schema"]
    return KnownTask(plan["task_revision_id"], None if schema is None else text_of(schema))


async def _repeated(assignment_id: UUID, value: Any, key: str) -> Run | None:
    found = await reads.BY_KEY.models(Run, key=key)
    if not found:
        return None
    [run] = found
    if run.assignment_id != assignment_id or not jsontext.is_same(run.input, value):
        raise IdempotencyConflict(run.id)
    return run


async def _issues(request_schema: str | None, value: Any) -> Sequence[Issue]:
    """What is wrong with the input, by paths within it."""
    if unkept := fault(value):
        return [Issue(tuple(map(str, unkept.path)), unkept.message)]
    if len(jsontext.dump_bytes(value)) > MAX_INPUT_BYTES:
        return [Issue((), "An input has at most 1 MiB as JSON.")]
    if request_schema is not None:
        return (await _verdict(compile_text(request_schema), value)).issues
    if not isinstance(value, str):
        return [Issue((), "This task takes free text: send a JSON string.")]
    return []


async def _verdict(contract: Contract, value: Any) -> Verdict:
    try:
        async with asyncio.timeout(JUDGING_SECONDS):
            return await judge(contract, value)
    except TimeoutError:
        raise Unavailable(BUSY) from None


def _check_key(key: str | None) -> None:
    if key is None:
        return
    if not key or len(key) > MAX_KEY_LENGTH or not is_storable(key):
        raise InvalidInput.at("idempotencyKey", f"It has 1 to {MAX_KEY_LENGTH} characters.")


def _run(row: dict[str, Any], value: Any) -> Run:
    return Run(**{name: row[name] for name in columns_of(Run) if name in row}, input=value)
