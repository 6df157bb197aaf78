"""A worker's hold on a run, and every write that depends on it.

A claim is a run's id and the attempt it was claimed with: the fence of each write. An end that
cannot be written now is written later, without asking the vendor again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from rota.inference.errors import RunErrorCode
from rota.inference.modes import OutputMode
from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.errors import Unstorable
from rota.platform.kernel.events import Fact
from rota.platform.kernel.names import made_storable
from rota.platform.leases import until_written
from rota.platform.resources import Resources
from rota.platform.storage.orm import columns_of
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import Rules, UnitOfWork, announce, one_statement, unit_of_work
from rota.providers.models import Provider
from rota.runs import statements
from rota.runs.errors import RunFailure
from rota.runs.events import RunEventsAppended, RunsChanged, appended, succeeded, transitions
from rota.runs.models import EventType, Run, RunStatus
from rota.runs.requests import described

MAX_LOST_LEASES = 5
LOST = RunFailure(
    RunErrorCode.LOST,
    f"{MAX_LOST_LEASES} workers died while they worked on this run. Look at the workers' logs "
    "and memory before you run it again.",
)
MAX_INTERRUPTIONS = 20
INTERRUPTED = (
    f"A worker could not go on with this run {MAX_INTERRUPTIONS} times, since the database did not "
    "take what it had to store. Look at the workers' logs and the database before you run it again."
)
NOT_KEPT = RunFailure(
    RunErrorCode.OUTPUT_INVALID,
    "The answer keeps the response schema, but the database cannot keep it. Look at its numbers "
    "and texts in the requests of this run.",
)
# What AUTO shows of a schema: some 2,000 tokens of JSON.
MAX_SHOWN_BYTES = 6_000

# What a claim says of the provider, beside its id.
PROVIDER = ("name", "type", "base_url", "sealed_key", "connection_revision")
Rows = list[dict[str, Any]]
# How many runs of which providers may be claimed now, asked within the transaction of the claim and
# for so much room; of a provider that is not named, as many as there is room for.
Gate = Callable[[UnitOfWork, int], Awaitable[Mapping[UUID, int]]]


@dataclass(frozen=True)
class Claim:
    """`run` is as it was claimed, with its provider; two claims are the same without it."""

    run_id: UUID
    attempt: int
    run: Run = field(compare=False, repr=False)


@dataclass(frozen=True)
class Told:
    """What the vendor was sent and said since the last event that tells of it: requests as JSON
    (requests.py); the thoughts of the last one that had any."""

    exchanges: list[dict[str, Any]] | None = None
    thoughts: str | None = None


NOTHING_TOLD = Told()


@dataclass(frozen=True)
class Usage:
    """What one claim used. `cost_usd` is None where no price is known, `cached_tokens` where the
    vendor never said."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int | None = None
    cost_usd: Decimal | None = None
    told: Told = NOTHING_TOLD


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
        records = await statements.CLAIM.records(
            worker=worker,
            room=room,
            provider_id=provider_id,
            other_than=other_than,
            max_shown=MAX_SHOWN_BYTES,
        )
        return [{**record, "data": record["data"].value} for record in records]

    if gate is None:
        rows = await one_statement(
            resources, rules, RunsChanged, lambda: claim(room, None, []), transitions
        )
    else:
        async with unit_of_work(resources, rules, SYSTEM, may_be_refused=False) as work:
            bounds = await gate(work, room)
            rows = await claim(room, None, list(bounds))
            for provider_id, bound in bounds.items():
                if (most := min(bound, room - len(rows))) > 0:
                    rows += await claim(most, provider_id, [])
            for fact in transitions(rows):
                await work.emit(fact)
    return [_claim(row) for row in rows]


async def append(
    resources: Resources,
    claim: Claim,
    type: EventType,
    data: dict[str, Any],
    *,
    told: Told = NOTHING_TOLD,
    output_mode: OutputMode | None = None,
) -> None:
    """An event of a run that goes on; it renews the lease, too. `output_mode`: the one that it goes
    on with. Raises Unstorable."""
    rows = await statements.APPEND.rows(
        id=claim.run_id,
        attempt=claim.attempt,
        type=type.value,
        data=data,
        exchanges=told.exchanges,
        output_mode=output_mode,
    )
    if not rows:
        raise await _refusal(claim)
    event = appended(claim.run_id, {**rows[0], "data": data})
    await announce(resources, [RunEventsAppended([event])])


async def succeed(
    resources: Resources,
    rules: Rules,
    claim: Claim,
    output: Any,
    usage: Usage,
    *,
    last_text: str = "",
) -> None:
    """`last_text` is what of the answer was not appended yet: it goes with the end. An output that
    the database does not take makes it a failure."""
    delta = {"text": last_text} if last_text else None
    before: dict[str, Any] | None = delta and {"type": EventType.OUTPUT_DELTA, "data": delta}
    happened = partial(succeeded, output=output, before=before)
    values: dict[str, Any] = {"output": output, "last_delta": delta}
    try:
        await _end(resources, rules, statements.SUCCEED, claim, usage, happened=happened, **values)
    except Unstorable:
        await fail(resources, rules, claim, NOT_KEPT, usage)


async def fail(
    resources: Resources,
    rules: Rules,
    claim: Claim,
    failure: RunFailure,
    usage: Usage,
) -> None:
    """Where the database does not take what was found, the code and our own words are kept."""
    values: dict[str, Any] = {"code": failure.code.value, "message": made_storable(failure.message)}
    found: dict[str, Any] = {
        "issues": described(failure.issues),
        "vendor_message": failure.vendor_message,
    }
    nothing: dict[str, Any] = {"issues": [], "vendor_message": None}
    try:
        await _end(resources, rules, statements.FAIL, claim, usage, **values, **found)
    except Unstorable:
        await _end(resources, rules, statements.FAIL, claim, usage, **values, **nothing)


async def confirm_cancelled(resources: Resources, rules: Rules, claim: Claim, usage: Usage) -> None:
    """The vendor's connection is closed by now."""
    await _end(resources, rules, statements.CONFIRM_CANCELLED, claim, usage)


async def requeue(
    resources: Resources,
    rules: Rules,
    claim: Claim,
    reason: str,
    usage: Usage,
    *,
    is_interrupted: bool = False,
) -> None:
    """Back into the queue, for another worker. Where its own ends, that costs nothing; where it
    could not go on, the run ends as LOST after so many times."""
    await _end(
        resources,
        rules,
        statements.REQUEUE,
        claim,
        usage,
        reason=reason,
        counted=int(is_interrupted),
        max_interruptions=MAX_INTERRUPTIONS,
        message=INTERRUPTED,
    )


async def rule_out(
    claim: Claim, connection_revision: int, modes: Sequence[OutputMode], message: str
) -> None:
    """The provider's server, as it was connected then, is not asked for these again with the model
    and the response schema of the run."""
    await statements.RULE_OUT.rows(
        id=claim.run_id,
        connection_revision=connection_revision,
        modes=[mode.value for mode in modes],
        message=message,
    )


async def renew(claims: Sequence[Claim]) -> dict[Claim, RunStatus]:
    """Renews the leases; a claim that is missing from the answer is lost."""
    rows = await statements.RENEW.rows(
        ids=[claim.run_id for claim in claims], attempts=[claim.attempt for claim in claims]
    )
    held = {(claim.run_id, claim.attempt): claim for claim in claims}
    return {held[row["id"], row["attempt"]]: RunStatus(row["status"]) for row in rows}


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
    *,
    happened: Callable[[Rows], list[Fact]] = transitions,
    **values: Any,
) -> None:
    """What the claim comes to. Whoever listens may not refuse it, and a database that is away only
    puts it off; the fence decides all the same. Of what the database does not take, first what was
    told is left out, then what was used. Raises Unstorable."""

    async def write(usage: Usage) -> Rows:
        rows = await statement.rows(
            id=claim.run_id,
            attempt=claim.attempt,
            requests=usage.requests,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            cost_usd=usage.cost_usd,
            exchanges=usage.told.exchanges,
            thoughts=usage.told.thoughts,
            **values,
        )
        if not rows:
            raise await _refusal(claim)
        return rows

    async def write_for_good(usage: Usage) -> None:
        await until_written(
            f"the end of run {claim.run_id}",
            lambda: one_statement(resources, rules, RunsChanged, lambda: write(usage), happened),
        )

    for less in (replace(usage, told=NOTHING_TOLD), Usage()):
        try:
            await write_for_good(usage)
        except Unstorable:
            usage = less
        else:
            return
    await write_for_good(usage)


def _claim(row: dict[str, Any]) -> Claim:
    """Of a row that told already what happened."""
    values = {name: row[f"provider_{name}"] for name in PROVIDER}
    [run] = Run.of_values([{name: row[name] for name in columns_of(Run)}])
    provider = None
    if run.provider_id:
        [provider] = Provider.of_values([{"id": run.provider_id, **values}])
    run.provider = provider
    return Claim(run.id, run.attempt, run)


async def _refusal(claim: Claim) -> Exception:
    """Why the fence did not let a write through."""
    found = await statements.STATUS_OF_CLAIM.rows(id=claim.run_id, attempt=claim.attempt)
    if found and found[0]["status"] == RunStatus.CANCELLING:
        return CancelRequested()
    return ClaimLost()
