"""Which status may follow which: what FOLLOWS says is what the statements do, each tried on a run
in every status."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from rota.assignments.models import Assignment
from rota.inference.errors import RunErrorCode
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import unit_of_work
from rota.runs import claims, service, statements
from rota.runs.claims import Claim, Usage
from rota.runs.errors import RunFailure
from rota.runs.models import FOLLOWS, TERMINAL, Run, RunStatus
from rota.wiring import RULES
from tests.runs.factories import assignment, queued

TOLD = {"exchanges": None, "output_mode": None}
USED = {
    "requests": 1,
    "input_tokens": 1,
    "output_tokens": 1,
    "cached_tokens": None,
    "cost_usd": None,
    "exchanges": None,
    "thoughts": None,
}
BACK = {"reason": "No.", "counted": 1, "message": "Lost."}
SWEPT = {"message": "Lost.", "reason": "Lost."}
FAILED = RunFailure(RunErrorCode.INTERNAL, "No.")

# Every statement that changes a run, with the values it takes beside the claim.
MOVES: list[tuple[str, dict[str, Any]]] = [
    ("CANCEL_QUEUED", {}),
    ("CANCEL_RUNNING", {}),
    ("CLAIM", {"worker": "w", "room": 10, "provider_id": None, "other_than": [], "max_shown": 1}),
    (
        "APPEND",
        {"type": "OUTPUT_DELTA", "data": {"text": "x"}, **TOLD},
    ),
    ("SUCCEED", {**USED, "output": {}, "last_delta": None}),
    ("FAIL", {**USED, "code": "INTERNAL", "message": "No.", "issues": [], "vendor_message": None}),
    ("CONFIRM_CANCELLED", USED),
    ("REQUEUE", {**USED, **BACK, "max_interruptions": 2}),
    ("REQUEUE", {**USED, **BACK, "max_interruptions": 1}),
    ("RENEW", {}),
    ("SWEEP", {**SWEPT, "max_losses": 5}),
    ("SWEEP", {**SWEPT, "max_losses": 1}),
]


async def _run_in(resources: Resources, at: Assignment, status: RunStatus) -> Run:
    """A run of this status, which got there as runs do."""
    run = await queued(resources, at)
    if status is RunStatus.QUEUED:
        return run
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    if status in (RunStatus.CANCELLING, RunStatus.CANCELLED):
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            await service.cancel_run(work, str(run.id))
    ends: dict[RunStatus, Callable[[], Awaitable[None]]] = {
        RunStatus.SUCCEEDED: lambda: claims.succeed(resources, RULES, claim, {}, Usage()),
        RunStatus.FAILED: lambda: claims.fail(resources, RULES, claim, FAILED, Usage()),
        RunStatus.CANCELLED: lambda: claims.confirm_cancelled(resources, RULES, claim, Usage()),
    }
    if status in ends:
        await ends[status]()
    run = await Run.get(id=run.id)
    assert run.status is status
    return run


async def _moved(run: Run, name: str, values: dict[str, Any]) -> RunStatus:
    """The run's status after the statement was tried on it, its lease being over."""
    statement: Statement = getattr(statements, name)
    await fetch(
        "UPDATE run SET lease_until = now() - interval '1 second' "
        "WHERE id = $1 AND lease_until IS NOT NULL", run.id,
    )  # fmt: skip
    claim = Claim(run.id, run.attempt, run)
    given = {
        **{"id": claim.run_id, "attempt": claim.attempt, "now": run.queued_at},
        **{"ids": [claim.run_id], "attempts": [claim.attempt]},
        **values,
    }
    try:
        rows = await statement.rows(**{name: given[name] for name in statement.parameters})
    except IntegrityError:  # the table's own rules say no
        rows = []
    after = (await Run.get(id=run.id)).status
    told = [(row["from_status"], row["status"]) for row in rows if "from_status" in row]
    if after is not run.status:
        assert told == [(run.status, after)], f"{name} says that {told} happened"
    else:
        assert told == [], f"{name} says that {told} happened"
    return after


async def _follows(
    resources: Resources, moves: list[tuple[str, dict[str, Any]]] = MOVES
) -> dict[RunStatus, frozenset[RunStatus]]:
    at = await assignment(resources)
    found: dict[RunStatus, set[RunStatus]] = {status: set() for status in RunStatus}
    for before in RunStatus:
        for name, values in moves:
            await fetch("DELETE FROM run")
            after = await _moved(await _run_in(resources, at, before), name, values)
            found[before] |= {after} - {before}
    return {status: frozenset(after) for status, after in found.items()}


async def test_R8_the_statements_do_what_follows_says(resources: Resources) -> None:
    assert await _follows(resources) == FOLLOWS
    assert {status for status, after in FOLLOWS.items() if not after} == TERMINAL


def test_R8_every_statement_that_changes_a_run_is_tried() -> None:
    changing = {
        name
        for name, value in vars(statements).items()
        if isinstance(value, Statement) and "UPDATE run SET" in value.sql
    }
    assert changing == {name for name, _ in MOVES}


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("CANCEL_QUEUED", "QUEUED"),
        ("CLAIM", "QUEUED"),
        ("SUCCEED", "RUNNING"),
        ("CONFIRM_CANCELLED", "CANCELLING"),
    ],
)
async def test_R8_a_statement_that_forgets_the_status_is_found(
    name: str, status: str, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement: Statement = getattr(statements, name)
    careless = statement.sql.replace(f"status = '{status}'", "status <> ''")
    assert careless != statement.sql
    monkeypatch.setattr(statement, "sql", careless)
    moves = [move for move in MOVES if move[0] == name]
    with pytest.raises(AssertionError, match=f"{name} says that"):
        await _follows(resources, moves)
