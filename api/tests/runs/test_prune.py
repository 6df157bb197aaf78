"""Old runs go, with their events; but for those that somebody keeps."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import Rules, UnitOfWork
from rota.runs import claims, service
from rota.runs.claims import Usage
from rota.runs.events import RunsPruning
from rota.runs.models import Run, RunEvent
from rota.wiring import RULES
from tests.observe import hearing
from tests.runs.factories import assignment, queued

BEFORE = datetime.now(UTC) + timedelta(days=1)


async def _ended(resources: Resources, many: int) -> list[UUID]:
    """Runs that ended, all at the same moment."""
    at = await assignment(resources)
    runs = [await queued(resources, at) for _ in range(many)]
    for claim in await claims.claim_queued(resources, RULES, "worker", many):
        await claims.succeed(resources, RULES, claim, {}, Usage())
    await fetch("UPDATE run SET finished_at = '2026-01-01'")
    return [run.id for run in runs]


async def _pruned(resources: Resources, rules: Rules, batch: int = 1000) -> list[int]:
    return [many async for many in service.prune(resources, rules, BEFORE, batch)]


async def test_old_runs_go_batch_by_batch_and_unfinished_ones_stay(resources: Resources) -> None:
    await _ended(resources, 5)
    waiting = await queued(resources)
    assert await _pruned(resources, RULES, 2) == [2, 2, 1]
    assert [run.id for run in await Run.all()] == [waiting.id]
    assert {event.run_id for event in await RunEvent.all()} == {waiting.id}


async def test_what_is_kept_stays_whole_and_stops_nobody_else_from_going(
    resources: Resources,
) -> None:
    ids = await _ended(resources, 7)
    kept = set(ids[:4])  # they come first: a whole batch of them is kept
    asked: list[int] = []

    async def keep(_: UnitOfWork, event: RunsPruning) -> None:
        asked.append(len(event.ids))
        event.keep(event.ids & kept)

    rules = Rules(RULES.audit, {**RULES.listeners, RunsPruning: [keep]})
    async with hearing(resources, "run") as ear:
        assert await _pruned(resources, rules, 3) == [0, 2, 1]
        assert await ear.messages() == []
    assert asked == [3, 3, 1]
    assert {run.id for run in await Run.all()} == kept
    assert await RunEvent.filter(run_id__in=kept).count() == 3 * len(kept)


async def test_who_keeps_is_asked_within_the_transaction(resources: Resources) -> None:
    [run_id] = await _ended(resources, 1)

    async def refer(_: UnitOfWork, event: RunsPruning) -> None:
        await fetch("UPDATE run SET error_message = NULL WHERE id = ANY ($1)", [*event.ids])
        raise ZeroDivisionError

    rules = Rules(RULES.audit, {RunsPruning: [refer]})
    try:
        await _pruned(resources, rules)
    except ZeroDivisionError:
        assert await Run.get_or_none(id=run_id)
    else:
        raise AssertionError("Nobody was asked.")
