"""A worker's hold on a run, and every write that depends on it.

A claim is a run's id and the attempt it was claimed with: the fence of each write. An end that
cannot be written now is written later, without asking the vendor again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from rota.inference.errors import RunErrorCode
from rota.platform.kernel.actor import SYSTEM
from rota.platform.leases import until_written
from rota.platform.resources import Resources
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import Rules, UnitOfWork, announce, one_statement, unit_of_work
from rota.runs import statements
from rota.runs.errors import RunFailure
from rota.runs.events import RunEventAppended, RunEventsAppended, RunsChanged, transitions
from rota.runs.models import EventType, RunStatus

MAX_LOST_LEASES = 5
LOST = RunFailure(
    RunErrorCode.LOST,
    f"{MAX_LOST_LEASES} workers died while they worked on this run. Look at the workers' logs "
    "and memory before you run it again.",
)

Rows = list[dict[str, Any]]
# How many runs of which providers may be claimed now, asked within the transaction of the claim and
# for so much room; of a provider that is not named, as many as there is room for.
Gate = Callable[[UnitOfWork, int], Awaitable[Mapping[UUID, int]]]


@dataclass(frozen=True)
class Claim:
    run_id: UUID
    attempt: int


@dataclass(frozen=True)
class Usage:
    """What one claim used. `cost_usd` is None where no price is known."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None


# Where a worker, by its name, gets claims from, with so much room for them.
Source = Callable[[Resources, Rules, str, int], Awaitable[Sequence[Claim]]]


class ClaimLost(Exception):
    """Another worker owns the run now, or it has ended: write nothing more."""


class CancelRequested(Exception):
    """The run is to be stopped: close the vendor's connection, then write CANCELLED."""


async def claim_queued(
    resources: Resources, rules: Rules, worker: str, room: int, gate: Gate | None = None
) -> list[Claim]:
    """Takes up to `room` of the oldest queued runs; each gets its STARTED event. With a gate, what
    it locks and the claim are one transaction."""

    async def claim(room: int, provider_id: UUID | None, other_than: Sequence[UUID]) -> Rows:
        return await statements.CLAIM.rows(
            worker=worker, room=room, provider_id=provider_id, other_than=other_than
        )

    if gate is None:
        rows = await one_statement(
            resources, rules, RunsChanged, lambda: claim(room, None, []), transitions
        )
    else:
        async with unit_of_work(resources, rules, SYSTEM, may_be_refused=False) as work:
            bounds = await gate(work, room)
            rows = await claim(room, None, list(bounds))
            for provider_id, bound in bounds.items():
                if most := min(bound, room - len(rows)):
                    rows += await claim(most, provider_id, [])
            for fact in transitions(rows):
                await work.emit(fact)
    return [Claim(row["id"], row["attempt"]) for row in rows]


async def append(resources: Resources, claim: Claim, type: EventType, data: dict[str, Any]) -> None:
    """An event of a run that goes on; it renews the lease, too."""
    rows = await statements.APPEND.rows(
        id=claim.run_id, attempt=claim.attempt, type=type.value, data=data
    )
    if not rows:
        raise await _refusal(claim)
    appended = RunEventAppended(id=claim.run_id, sequence=rows[0]["sequence"])
    await announce(resources, [RunEventsAppended([appended])])


async def succeed(
    resources: Resources,
    rules: Rules,
    claim: Claim,
    output: Any,
    usage: Usage,
    *,
    last_text: str = "",
) -> None:
    """`last_text` is what of the answer was not appended yet: it goes with the end."""
    last_delta = {"text": last_text} if last_text else None
    values = {"output": output, "last_delta": last_delta}
    await _end(resources, rules, statements.SUCCEED, claim, usage, **values)


async def fail(
    resources: Resources, rules: Rules, claim: Claim, failure: RunFailure, usage: Usage
) -> None:
    issues = [{"path": list(issue.path), "message": issue.message} for issue in failure.issues]
    values = {"code": failure.code.value, "message": failure.message, "issues": issues}
    await _end(resources, rules, statements.FAIL, claim, usage, **values)


async def confirm_cancelled(resources: Resources, rules: Rules, claim: Claim, usage: Usage) -> None:
    """The vendor's connection is closed by now."""
    await _end(resources, rules, statements.CONFIRM_CANCELLED, claim, usage)


async def requeue(
    resources: Resources, rules: Rules, claim: Claim, reason: str, usage: Usage
) -> None:
    """Back into the queue, for another worker."""
    await _end(resources, rules, statements.REQUEUE, claim, usage, reason=reason)


async def renew(claims: Sequence[Claim]) -> dict[Claim, RunStatus]:
    """Renews the leases; a claim that is missing from the answer is lost."""
    rows = await statements.RENEW.rows(
        ids=[claim.run_id for claim in claims], attempts=[claim.attempt for claim in claims]
    )
    return {Claim(row["id"], row["attempt"]): RunStatus(row["status"]) for row in rows}


async def sweep(resources: Resources, rules: Rules) -> None:
    """Settles runs whose worker stopped renewing: back into the queue, or, where they
    were to be cancelled, CANCELLED, or, after too many deaths, FAILED as LOST."""

    async def settle() -> Rows:
        return await statements.SWEEP.rows(
            max_losses=MAX_LOST_LEASES,
            message=LOST.message,
            reason="Its worker stopped answering.",
        )

    await one_statement(resources, rules, RunsChanged, settle, transitions)


async def _end(
    resources: Resources,
    rules: Rules,
    statement: Statement,
    claim: Claim,
    usage: Usage,
    **values: Any,
) -> None:
    """What the claim comes to. Whoever listens may not refuse it, and a database that is away only
    puts it off; the fence decides all the same."""

    async def write() -> Rows:
        rows = await statement.rows(
            id=claim.run_id,
            attempt=claim.attempt,
            requests=usage.requests,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
            **values,
        )
        if not rows:
            raise await _refusal(claim)
        return rows

    await until_written(
        f"the end of run {claim.run_id}",
        lambda: one_statement(resources, rules, RunsChanged, write, transitions),
    )


async def _refusal(claim: Claim) -> Exception:
    """Why the fence did not let a write through."""
    found = await statements.STATUS_OF_CLAIM.rows(id=claim.run_id, attempt=claim.attempt)
    if found and found[0]["status"] == RunStatus.CANCELLING:
        return CancelRequested()
    return ClaimLost()
