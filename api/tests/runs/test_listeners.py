"""What happens reaches those who listen within its transaction, once, whoever made it happen, and
whatever fails meanwhile."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import product
from typing import Any

import pytest

from rota.assignments.registry import AgentRegistry
from rota.inference.errors import RunErrorCode
from rota.platform import leases
from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.errors import Unavailable
from rota.platform.kernel.events import Fact, Many
from rota.platform.leases import LeaseLoop
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import ListenerFailed, Rules, UnitOfWork, announce, unit_of_work
from rota.runs import claims, service
from rota.runs.claims import ClaimLost, Usage
from rota.runs.dispatcher import Dispatcher
from rota.runs.errors import RunFailure
from rota.runs.events import RunsChanged
from rota.runs.models import TERMINAL, EventType, Run, RunStatus
from rota.wiring import RULES
from tests.observe import statements
from tests.runs.conftest import Server
from tests.runs.factories import assignment, ended, history, queued
from tests.runs.heard import Heard, faults_of_hearing
from tests.vendors.script import Answer, Fails, Hangs, Says, Trouble

GOOD = '{"category": "bug", "confidence": 0.9}'
OUTPUT = json.loads(GOOD)
FAILED = RunFailure(RunErrorCode.INTERNAL, "No.")


@asynccontextmanager
async def working(resources: Resources, rules: Rules) -> AsyncIterator["asyncio.Task[None]"]:
    registry = AgentRegistry(resources, "worker")
    dispatcher = Dispatcher(resources, rules, RULES.sources["run"], registry, "worker")
    task = asyncio.create_task(LeaseLoop(resources.bus, dispatcher).run())
    yield task
    assert task.cancelled() or not task.done(), "the loop ended by itself"
    task.cancel()
    await asyncio.wait([task])


async def _cancel(resources: Resources, rules: Rules, run: Run) -> None:
    async with unit_of_work(resources, rules, SYSTEM) as work:
        await service.cancel_run(work, str(run.id))


async def _expire(run: Run) -> None:
    await fetch("UPDATE run SET lease_until = now() - interval '1 second' WHERE id = $1", run.id)


async def _everything(resources: Resources, rules: Rules) -> None:
    """Each transition there is, by each door there is."""
    at = await assignment(resources)
    runs = [await queued(resources, at, rules=rules) for _ in range(8)]
    cancelled, *others = runs
    await _cancel(resources, rules, cancelled)
    taken = await claims.claim_queued(resources, rules, "worker", 10)
    succeeds, fails, stops, returns, *lost = taken
    await claims.succeed(resources, rules, succeeds, OUTPUT, Usage(), last_text="}")
    await claims.fail(resources, rules, fails, FAILED, Usage())
    await _cancel(resources, rules, others[2])
    await claims.confirm_cancelled(resources, rules, stops, Usage())
    await claims.requeue(resources, rules, returns, "Home.", Usage())
    await _cancel(resources, rules, others[4])
    await fetch("UPDATE run SET lost_leases = 4 WHERE id = $1", lost[1].run_id)
    for run in others[4:]:
        await _expire(run)
    await claims.sweep(resources, rules)


async def test_R5_every_transition_is_heard_once_by_every_door(
    resources: Resources, heard: Heard
) -> None:
    await _everything(resources, heard.rules)
    assert await faults_of_hearing() == {}
    found = await fetch("SELECT status, count(*) AS many FROM heard GROUP BY status")
    assert {row["status"]: row["many"] for row in found} == {
        "QUEUED": 8 + 2,
        "RUNNING": 7,
        "CANCELLING": 2,
        "SUCCEEDED": 1,
        "FAILED": 2,
        "CANCELLED": 3,
    }


@pytest.mark.parametrize("case", [*product(sorted(TERMINAL), (1, 2))])
async def test_D3_an_end_whose_listener_fails_is_written_again_and_the_vendor_not_asked_again(
    resources: Resources,
    heard: Heard,
    vendor: Server,
    caplog: pytest.LogCaptureFixture,
    case: tuple[RunStatus, int],
) -> None:
    status, times = case
    ways: dict[RunStatus, Answer] = {
        RunStatus.FAILED: Fails(Trouble.WRONG_KEY),
        RunStatus.CANCELLED: Hangs(),
    }
    vendor.will(ways.get(status, Says((GOOD,))))
    heard.fails = Counter({status: times})
    async with working(resources, heard.rules):
        at = await assignment(resources, base_url=vendor.url)
        run = await queued(resources, at, rules=heard.rules)
        if status is RunStatus.CANCELLED:
            await vendor.next_chat()
            await _cancel(resources, heard.rules, run)
        run = await ended(resources, run)
    assert (run.status, run.attempt, heard.failed[status]) == (status, 1, times)
    assert len(vendor.chats) == 1
    assert await faults_of_hearing() == {}
    said = [one for one in caplog.records if "Heard.hear, which listens to" in one.getMessage()]
    assert len(said) == times
    assert all(str(run.id) in one.getMessage() for one in said)


async def test_D3_an_end_that_is_given_up_would_ask_the_vendor_again(
    resources: Resources, heard: Heard, vendor: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""

    async def give_up(_: str, write: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await write()
        except ListenerFailed:
            raise Unavailable("as if the database were away") from None

    monkeypatch.setattr(claims, "until_written", give_up)
    heard.fails = Counter({RunStatus.SUCCEEDED: 1})
    async with working(resources, heard.rules):
        at = await assignment(resources, base_url=vendor.url)
        run = await ended(resources, await queued(resources, at, rules=heard.rules))
    assert (run.status, run.attempt, len(vendor.chats)) == (RunStatus.SUCCEEDED, 2, 2)


@pytest.mark.parametrize("times", [1, 2])
async def test_D3_a_listener_that_fails_at_the_claim_only_puts_it_off(
    resources: Resources, heard: Heard, vendor: Server, times: int
) -> None:
    heard.fails = Counter({RunStatus.RUNNING: times})
    async with working(resources, heard.rules):
        at = await assignment(resources, base_url=vendor.url)
        run = await ended(resources, await queued(resources, at, rules=heard.rules))
    assert (run.status, run.attempt, len(vendor.chats)) == (RunStatus.SUCCEEDED, 1, 1)
    assert heard.failed[RunStatus.RUNNING] == times
    assert await faults_of_hearing() == {}


async def test_D8_a_listener_that_fails_at_the_requeue_only_puts_it_off(
    resources: Resources, heard: Heard, vendor: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "FINISH_SECONDS", 0.05)
    vendor.will(Hangs())
    async with working(resources, heard.rules) as worker:
        at = await assignment(resources, base_url=vendor.url)
        run = await queued(resources, at, rules=heard.rules)
        await vendor.next_chat()
        heard.fails = Counter({RunStatus.QUEUED: 2})
        worker.cancel()
        await asyncio.wait([worker])
    assert (await history(run))[-1] == "REQUEUED"
    assert await faults_of_hearing() == {}


async def test_R5_a_listener_that_fails_at_the_sweep_only_puts_it_off(
    resources: Resources, heard: Heard
) -> None:
    run = await queued(resources, rules=heard.rules)
    await claims.claim_queued(resources, heard.rules, "dead", 1)
    await _expire(run)
    heard.fails = Counter({RunStatus.QUEUED: 1})
    with pytest.raises(ListenerFailed):
        await claims.sweep(resources, heard.rules)
    assert (await Run.get(id=run.id)).status is RunStatus.RUNNING
    await claims.sweep(resources, heard.rules)
    assert await faults_of_hearing() == {}


async def test_R5_the_fence_decides_while_an_end_cannot_be_written(
    resources: Resources, heard: Heard
) -> None:
    """Its lease is lost meanwhile: the end that waited comes to nothing."""
    run = await queued(resources, rules=heard.rules)
    [stale] = await claims.claim_queued(resources, heard.rules, "slow", 1)
    heard.fails = Counter({RunStatus.SUCCEEDED: 1000})
    first = asyncio.Event()

    async def note(_: UnitOfWork, event: RunsChanged) -> None:
        if event.each[0].status is RunStatus.SUCCEEDED:
            first.set()

    heard.then = note
    ending = asyncio.create_task(
        claims.succeed(resources, heard.rules, stale, {"stale": True}, Usage())
    )
    await first.wait()
    while (await Run.get(id=run.id)).status is not RunStatus.QUEUED:
        await _expire(run)
        await claims.sweep(resources, heard.rules)
    [fresh] = await claims.claim_queued(resources, heard.rules, "quick", 1)
    with pytest.raises(ClaimLost):
        await ending
    heard.fails.clear()
    await claims.succeed(resources, heard.rules, fresh, OUTPUT, Usage())
    assert (await Run.get(id=run.id)).output == OUTPUT
    assert await faults_of_hearing() == {}


async def test_D7_a_connection_that_breaks_amid_an_end_only_puts_it_off(
    resources: Resources, heard: Heard, vendor: Server
) -> None:
    broken: list[bool] = []

    async def break_off(_: UnitOfWork, event: RunsChanged) -> None:
        if event.each[0].status is RunStatus.SUCCEEDED and len(broken) < 2:
            broken.append(True)
            await fetch("SELECT pg_terminate_backend(pg_backend_pid())")

    heard.then = break_off

    async with working(resources, heard.rules):
        at = await assignment(resources, base_url=vendor.url)
        run = await ended(resources, await queued(resources, at, rules=heard.rules))
    assert (run.status, run.attempt, len(vendor.chats)) == (RunStatus.SUCCEEDED, 1, 1)
    assert len(broken) == 2
    assert await faults_of_hearing() == {}


async def test_where_nobody_listens_an_end_is_one_statement(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queued(resources)

    def no_transaction(*_: object) -> None:
        raise AssertionError("There is a transaction.")

    with statements() as sent, monkeypatch.context() as patch:
        patch.setattr("rota.platform.unit_of_work.unit_of_work", no_transaction)
        [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
        await claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": "{"})
        await claims.succeed(resources, RULES, claim, OUTPUT, Usage(), last_text="}")
    assert len(sent) == 3


async def _announced_afterwards(
    resources: Resources,
    rules: Rules,
    kind: type[Many[Any]],
    write: Callable[[], Awaitable[Any]],
    happened: Callable[[Any], Sequence[Fact]],
) -> Any:
    """Listeners hear of it in a transaction of their own, after the statement's."""
    written = await write()
    async with unit_of_work(resources, rules, SYSTEM, may_be_refused=False) as work:
        for fact in happened(written):
            await work.emit(fact)
    return written


async def _deaf(
    resources: Resources,
    rules: Rules,
    kind: type[Many[Any]],
    write: Callable[[], Awaitable[Any]],
    happened: Callable[[Any], Sequence[Fact]],
) -> Any:
    written = await write()
    await announce(resources, happened(written))
    return written


async def test_an_announcement_outside_the_transaction_is_found(
    resources: Resources, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "one_statement", _announced_afterwards)
    await queued(resources, rules=heard.rules)
    [claim] = await claims.claim_queued(resources, heard.rules, "worker", 1)
    heard.fails = Counter({RunStatus.SUCCEEDED: 1})
    with pytest.raises(ClaimLost):  # it stands already, and nobody heard of it
        await claims.succeed(resources, heard.rules, claim, OUTPUT, Usage())
    assert list((await faults_of_hearing()).values()) == [0]


async def test_a_door_left_out_is_found(
    resources: Resources, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "one_statement", _deaf)
    await _everything(resources, heard.rules)
    assert set((await faults_of_hearing()).values()) == {0}


async def test_what_is_heard_twice_is_found(resources: Resources, heard: Heard) -> None:
    rules = Rules(RULES.audit, {kind: [*of, *of] for kind, of in heard.rules.listeners.items()})
    await queued(resources, rules=rules)
    assert list((await faults_of_hearing()).values()) == [2]
