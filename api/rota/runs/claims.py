"""A worker's hold on a run, and every write that depends on it.

A claim is a run's id and the attempt it was claimed with. Each write is one
statement that takes the run's row lock, checks attempt and status, counts the
sequence up and inserts the event: so the sequence has no gaps, and whoever lost
the claim writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from rota.inference.errors import RunErrorCode
from rota.platform.kernel.events import Event
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import announce
from rota.runs.errors import RunFailure
from rota.runs.events import RunChanged, RunEventAppended
from rota.runs.models import EventType, Run, RunStatus

Events = Sequence[tuple[EventType, dict[str, Any]]]
LEASE = "interval '10 seconds'"
MOST_LOST_LEASES = 5


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


class ClaimLost(Exception):
    """Another worker owns the run now, or it has ended: write nothing more."""


class CancelRequested(Exception):
    """The run is to be stopped: close the vendor's connection, then write CANCELLED."""


async def claim_runs(resources: Resources, worker: str, most: int) -> list[Claim]:
    """Takes the oldest queued runs; each gets its STARTED event."""
    rows = await fetch(
        f"""
        WITH next AS (
            SELECT id FROM run WHERE status = 'QUEUED' ORDER BY id LIMIT $1
            FOR UPDATE SKIP LOCKED
        ), claimed AS (
            UPDATE run SET status = 'RUNNING', attempt = attempt + 1, worker = $2,
                lease_until = now() + {LEASE}, started_at = coalesce(started_at, now()),
                last_sequence = last_sequence + 1
            FROM next WHERE run.id = next.id RETURNING run.*
        ), started AS (
            INSERT INTO run_event (run_id, sequence, type, at, data)
            SELECT claimed.id, claimed.last_sequence, 'STARTED', now(), json_build_object(
                'attempt', claimed.attempt, 'worker', $2::text, 'modelName', revision.model_name)
            FROM claimed JOIN agent_revision revision ON revision.id = claimed.agent_revision_id
        )
        SELECT id, status, attempt, last_sequence, agent_id, task_id, assignment_id FROM claimed
        """,
        most,
        worker,
    )
    await announce(resources, [fact for row in rows for fact in facts(row)])
    return [Claim(row["id"], row["attempt"]) for row in rows]


async def append(resources: Resources, claim: Claim, type: EventType, data: dict[str, Any]) -> None:
    """An event of a run that goes on; it renews the lease, too."""
    await _write(resources, claim, [(type, data)], f"lease_until = now() + {LEASE}")


async def succeed(
    resources: Resources, claim: Claim, output: Any, usage: Usage, last_text: str = ""
) -> None:
    """`last_text` is what of the answer was not appended yet: it goes with the end."""
    sets = "status = 'SUCCEEDED', output = $9::json"
    last = [(EventType.OUTPUT_DELTA, {"text": last_text})] if last_text else []
    await _end(resources, claim, [*last, (EventType.SUCCEEDED, {})], sets, usage, output)


async def fail(resources: Resources, claim: Claim, failure: RunFailure, usage: Usage) -> None:
    sets = "status = 'FAILED', error_code = $9, error_message = $10, error_issues = $11::jsonb"
    issues = [{"path": list(issue.path), "message": issue.message} for issue in failure.issues]
    values = (failure.code.value, failure.message, issues)
    await _end(resources, claim, [(EventType.FAILED, {})], sets, usage, *values)


async def confirm_cancelled(resources: Resources, claim: Claim, usage: Usage) -> None:
    """The vendor's connection is closed by now."""
    sets = "status = 'CANCELLED'"
    expected = RunStatus.CANCELLING
    await _end(resources, claim, [(EventType.CANCELLED, {})], sets, usage, expected=expected)


async def hand_over(resources: Resources, claim: Claim, reason: str, usage: Usage) -> None:
    """Back into the queue, for another worker."""
    sets = f"status = 'QUEUED', lease_until = NULL, worker = NULL, {_ADD_USAGE}"
    events = [(EventType.REQUEUED, {"reason": reason})]
    await _write(resources, claim, events, sets, *_values(usage))


async def renew(claims: Sequence[Claim]) -> dict[Claim, RunStatus]:
    """Renews the leases; a claim that is missing from the answer is lost."""
    rows = await fetch(
        f"""
        UPDATE run SET lease_until = now() + {LEASE}
        FROM unnest($1::uuid[], $2::int[]) AS held (id, attempt)
        WHERE run.id = held.id AND run.attempt = held.attempt
            AND run.status IN ('RUNNING', 'CANCELLING')
        RETURNING run.id, run.attempt, run.status
        """,
        [claim.run_id for claim in claims],
        [claim.attempt for claim in claims],
    )
    return {Claim(row["id"], row["attempt"]): RunStatus(row["status"]) for row in rows}


LOST = RunFailure(
    RunErrorCode.LOST,
    f"{MOST_LOST_LEASES} workers died while they worked on this run. Look at the workers' logs "
    "and memory before you run it again.",
)


async def sweep(resources: Resources) -> None:
    """Settles runs whose worker stopped renewing: back into the queue, or, where they
    were to be cancelled, CANCELLED, or, after too many deaths, FAILED as LOST."""
    rows = await fetch(
        """
        WITH expired AS (
            SELECT id, status AS was, lost_leases + 1 AS losses FROM run
            WHERE status IN ('RUNNING', 'CANCELLING') AND lease_until < now()
            ORDER BY lease_until LIMIT 100 FOR UPDATE SKIP LOCKED
        ), settled AS (
            UPDATE run SET
                status = CASE WHEN was = 'CANCELLING' THEN 'CANCELLED'
                    WHEN losses >= $1 THEN 'FAILED' ELSE 'QUEUED' END,
                lost_leases = losses, lease_until = NULL, worker = NULL,
                last_sequence = last_sequence + 1,
                finished_at = CASE WHEN was = 'CANCELLING' OR losses >= $1 THEN now() END,
                error_code = CASE WHEN was = 'RUNNING' AND losses >= $1 THEN 'LOST' END,
                error_message = CASE WHEN was = 'RUNNING' AND losses >= $1 THEN $2 END,
                error_issues = CASE WHEN was = 'RUNNING' AND losses >= $1 THEN '[]'::jsonb END
            FROM expired WHERE run.id = expired.id RETURNING run.*
        ), written AS (
            INSERT INTO run_event (run_id, sequence, type, at, data)
            SELECT id, last_sequence,
                CASE status WHEN 'QUEUED' THEN 'REQUEUED' ELSE status END, now(),
                CASE status WHEN 'QUEUED' THEN json_build_object('reason', $3::text)
                    ELSE '{}'::json END
            FROM settled
        )
        SELECT id, status, attempt, last_sequence, agent_id, task_id, assignment_id FROM settled
        """,
        MOST_LOST_LEASES,
        LOST.message,
        "Its worker stopped answering.",
    )
    await announce(resources, [fact for row in rows for fact in facts(row)])


def facts(run: Mapping[str, Any]) -> list[Event]:
    """What to announce once a run has a new status."""
    changed = RunChanged(
        id=run["id"],
        status=run["status"],
        attempt=run["attempt"],
        agent_id=str(run["agent_id"]),
        task_id=str(run["task_id"]),
        assignment_id=str(run["assignment_id"]),
    )
    return [changed, RunEventAppended(id=run["id"], sequence=run["last_sequence"])]


async def _end(
    resources: Resources,
    claim: Claim,
    events: Events,
    sets: str,
    usage: Usage,
    *values: Any,
    expected: RunStatus = RunStatus.RUNNING,
) -> None:
    """`sets` numbers its own values from $9 on."""
    sets += f", finished_at = now(), lease_until = NULL, {_ADD_USAGE}"
    await _write(resources, claim, events, sets, *_values(usage), *values, expected=expected)


_ADD_USAGE = """
    usage_requests = usage_requests + $5,
    usage_input_tokens = usage_input_tokens + $6,
    usage_output_tokens = usage_output_tokens + $7,
    cost_usd = CASE WHEN $8::numeric IS NULL THEN cost_usd ELSE coalesce(cost_usd, 0) + $8 END
"""


def _values(usage: Usage) -> tuple[Any, ...]:
    return usage.requests, usage.input_tokens, usage.output_tokens, usage.cost_usd


async def _write(
    resources: Resources,
    claim: Claim,
    events: Events,
    sets: str,
    *values: Any,
    expected: RunStatus = RunStatus.RUNNING,
) -> None:
    """The one fenced write. `sets` is ours, never anybody's input; it numbers its values
    from $5 on."""
    rows = await fetch(
        f"""
        WITH fenced AS (
            UPDATE run SET last_sequence = last_sequence + {len(events)}, {sets}
            WHERE id = $1 AND attempt = $2 AND status = $3 RETURNING run.*
        ), written AS (
            INSERT INTO run_event (run_id, sequence, type, at, data)
            SELECT id, last_sequence - {len(events)} + place, event ->> 0, now(), event -> 1
            FROM fenced, json_array_elements($4::json) WITH ORDINALITY AS given (event, place)
        )
        SELECT id, status, attempt, last_sequence, agent_id, task_id, assignment_id FROM fenced
        """,
        claim.run_id,
        claim.attempt,
        expected.value,
        [[kind.value, data] for kind, data in events],
        *values,
    )
    if not rows:
        raise await _refusal(claim)
    run = rows[0]
    appended = RunEventAppended(id=run["id"], sequence=run["last_sequence"])
    await announce(resources, [appended] if run["status"] == "RUNNING" else facts(run))


async def _refusal(claim: Claim) -> Exception:
    """Why the fence did not let a write through."""
    run = await Run.get_or_none(id=claim.run_id)
    if run and run.attempt == claim.attempt and run.status is RunStatus.CANCELLING:
        return CancelRequested()
    return ClaimLost()
