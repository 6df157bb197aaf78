"""The fence, the lease and the sweep: R5, R8, D2 on the rows themselves."""

import asyncio
from decimal import Decimal

import pytest

from rota.inference.errors import RunErrorCode
from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.errors import Issue
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.runs import claims, service, statements
from rota.runs.claims import CancelRequested, Claim, ClaimLost, Usage
from rota.runs.errors import RunFailure
from rota.runs.models import EventType, Run, RunStatus
from rota.wiring import RULES
from tests.runs.factories import assignment, history, queued

OUTPUT = {"category": "bug", "confidence": 0.5}


async def _claim(resources: Resources, worker: str = "one") -> Claim:
    [claim] = await claims.claim_queued(resources, RULES, worker, 1)
    return claim


async def _expire(run: Run) -> None:
    await fetch("UPDATE run SET lease_until = now() - interval '1 second' WHERE id = $1", run.id)


async def test_R5_two_workers_never_claim_the_same_run(resources: Resources) -> None:
    at = await assignment(resources)
    runs = {(await queued(resources, at)).id for _ in range(20)}
    taken = await asyncio.gather(
        *(claims.claim_queued(resources, RULES, f"worker {number}", 3) for number in range(10))
    )
    ids = [claim.run_id for one in taken for claim in one]
    assert len(ids) == len(set(ids)) == 20
    assert set(ids) == runs


async def test_R5_the_oldest_run_is_claimed_first(resources: Resources) -> None:
    at = await assignment(resources)
    first, _ = await queued(resources, at), await queued(resources, at)
    assert (await _claim(resources)).run_id == first.id


async def test_R8_a_claim_counts_the_attempt_and_writes_the_start(resources: Resources) -> None:
    run = await queued(resources)
    claim = await _claim(resources)
    run = await Run.get(id=run.id)
    assert (claim.attempt, run.attempt, run.status) == (1, 1, RunStatus.RUNNING)
    assert run.started_at is not None
    assert await history(run) == ["QUEUED", "STARTED"]


async def test_D2_success_ends_a_run_once(resources: Resources) -> None:
    run = await queued(resources)
    claim = await _claim(resources)
    await claims.succeed(resources, RULES, claim, OUTPUT, Usage(1, 20, 7))
    for write in (
        claims.succeed(resources, RULES, claim, OUTPUT, Usage()),
        claims.fail(resources, RULES, claim, RunFailure(RunErrorCode.INTERNAL, "No."), Usage()),
        claims.confirm_cancelled(resources, RULES, claim, Usage()),
        claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": "late"}),
        claims.requeue(resources, RULES, claim, "late", Usage()),
    ):
        with pytest.raises(ClaimLost):
            await write
    run = await Run.get(id=run.id)
    assert (run.status, run.output, run.usage_input_tokens) == (RunStatus.SUCCEEDED, OUTPUT, 20)
    assert await history(run) == ["QUEUED", "STARTED", "SUCCEEDED"]


async def test_R5_a_worker_whose_lease_was_lost_writes_nothing(resources: Resources) -> None:
    run = await queued(resources)
    stale = await _claim(resources, "frozen")
    await _expire(run)
    await claims.sweep(resources, RULES)
    fresh = await _claim(resources, "awake")
    with pytest.raises(ClaimLost):
        await claims.append(resources, stale, EventType.OUTPUT_DELTA, {"text": "stale"})
    with pytest.raises(ClaimLost):
        await claims.succeed(resources, RULES, stale, OUTPUT, Usage())
    await claims.succeed(resources, RULES, fresh, OUTPUT, Usage())
    assert await history(run) == ["QUEUED", "STARTED", "REQUEUED", "STARTED", "SUCCEEDED"]


async def test_R5_without_the_fence_a_stale_worker_would_end_the_run(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above: the same steps, the fence taken out."""
    run = await queued(resources)
    stale = await _claim(resources, "frozen")
    await _expire(run)
    await claims.sweep(resources, RULES)
    await _claim(resources, "awake")

    place = f"${statements.SUCCEED.parameters.index('attempt') + 1}"
    sql = statements.SUCCEED.sql.replace(f"attempt = {place}", f"{place}::int IS NOT NULL")
    assert sql != statements.SUCCEED.sql
    monkeypatch.setattr(statements.SUCCEED, "sql", sql)
    await claims.succeed(resources, RULES, stale, OUTPUT, Usage())
    assert (await Run.get(id=run.id)).status is RunStatus.SUCCEEDED


async def test_R8_concurrent_writes_leave_no_gap(resources: Resources) -> None:
    run = await queued(resources)
    claim = await _claim(resources)
    await asyncio.gather(
        *(
            claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": str(number)})
            for number in range(30)
        )
    )
    assert len(await history(run)) == 32


async def test_R8_a_cancelling_run_takes_only_its_cancellation(resources: Resources) -> None:
    run = await queued(resources)
    claim = await _claim(resources)
    await fetch("UPDATE run SET status = 'CANCELLING' WHERE id = $1", run.id)
    for write in (
        claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": "no"}),
        claims.succeed(resources, RULES, claim, OUTPUT, Usage()),
        claims.fail(resources, RULES, claim, RunFailure(RunErrorCode.INTERNAL, "No."), Usage()),
        claims.requeue(resources, RULES, claim, "no", Usage()),
    ):
        with pytest.raises(CancelRequested):
            await write
    await claims.confirm_cancelled(resources, RULES, claim, Usage(1, 5, 2))
    run = await Run.get(id=run.id)
    assert (run.status, run.usage_output_tokens) == (RunStatus.CANCELLED, 2)
    assert await history(run) == ["QUEUED", "STARTED", "CANCELLED"]


async def test_R8_the_sweep_cancels_for_a_dead_worker(resources: Resources) -> None:
    run = await queued(resources)
    await _claim(resources)
    await fetch("UPDATE run SET status = 'CANCELLING' WHERE id = $1", run.id)
    await _expire(run)
    await claims.sweep(resources, RULES)
    assert (await Run.get(id=run.id)).status is RunStatus.CANCELLED
    assert await history(run) == ["QUEUED", "STARTED", "CANCELLED"]


async def test_R8_the_sweep_leaves_a_kept_lease_alone(resources: Resources) -> None:
    run = await queued(resources)
    claim = await _claim(resources)
    assert await claims.renew([claim]) == {claim: RunStatus.RUNNING}
    await claims.sweep(resources, RULES)
    assert (await Run.get(id=run.id)).status is RunStatus.RUNNING


async def test_R8_five_lost_leases_end_a_run_as_lost(resources: Resources) -> None:
    run = await queued(resources)
    for _ in range(5):
        await _claim(resources)
        await _expire(run)
        await claims.sweep(resources, RULES)
    run = await Run.get(id=run.id)
    assert (run.status, run.error_code, run.attempt) == (
        RunStatus.FAILED,
        RunErrorCode.LOST,
        5,
    )
    assert (await history(run))[-2:] == ["STARTED", "FAILED"]
    assert await claims.claim_queued(resources, RULES, "any", 1) == []


async def test_R8_a_run_that_no_worker_can_go_on_with_ends_as_lost(resources: Resources) -> None:
    run = await queued(resources)
    for number in range(claims.MAX_INTERRUPTIONS):
        assert (await Run.get(id=run.id)).status is RunStatus.QUEUED
        claim = await _claim(resources)
        await claims.requeue(resources, RULES, claim, "No.", Usage(1), is_interrupted=True)
        assert (await Run.get(id=run.id)).interruptions == number + 1
    run = await Run.get(id=run.id)
    assert (run.status, run.error_code) == (RunStatus.FAILED, RunErrorCode.LOST)
    assert run.finished_at
    assert "20 times" in (run.error_message or "")
    assert (await history(run))[-2:] == ["STARTED", "FAILED"]
    assert run.usage_requests == claims.MAX_INTERRUPTIONS
    assert await claims.claim_queued(resources, RULES, "any", 1) == []


@pytest.mark.parametrize("cancels", [True, False])
async def test_V4_usage_that_cannot_be_kept_keeps_no_run_from_its_end(
    resources: Resources, cancels: bool
) -> None:
    run = await queued(resources)
    claim = await _claim(resources)
    dear = Usage(1, 2, 3, cost_usd=Decimal(10) ** 15)
    if cancels:
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            await service.cancel_run(work, str(run.id))
        await claims.confirm_cancelled(resources, RULES, claim, dear)
    else:
        await claims.requeue(resources, RULES, claim, "Going home.", dear)
    run = await Run.get(id=run.id)
    assert run.status is (RunStatus.CANCELLED if cancels else RunStatus.QUEUED)
    assert (run.usage_output_tokens, run.cost_usd) == (0, None)


async def test_R8_hand_overs_do_not_count_as_lost(resources: Resources) -> None:
    run = await queued(resources)
    for _ in range(25):
        await claims.requeue(
            resources, RULES, await _claim(resources), "Going home.", Usage(1, 2, 3)
        )
    run = await Run.get(id=run.id)
    assert (run.status, run.attempt, run.lost_leases) == (RunStatus.QUEUED, 25, 0)
    assert run.interruptions == 0
    assert run.usage_output_tokens == 75


async def test_R2_a_failure_is_stored_with_its_issues(resources: Resources) -> None:
    run = await queued(resources)
    failure = RunFailure(
        RunErrorCode.OUTPUT_INVALID, "All wrong.", [Issue(("category",), "Not one of them.")]
    )
    await claims.fail(resources, RULES, await _claim(resources), failure, Usage(3, 30, 9))
    run = await Run.get(id=run.id)
    assert run.error_code is RunErrorCode.OUTPUT_INVALID
    assert run.error_issues == [{"path": ["category"], "message": "Not one of them."}]
    assert run.output is None
