"""Where a worker's runs come from: sources in their order, and a gate that joins the claim."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial
from uuid import UUID

import pytest

from rota.assignments.models import Assignment
from rota.assignments.registry import AgentRegistry
from rota.platform.leases import LeaseLoop
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import ListenerFailed, Rules, UnitOfWork
from rota.runs import claims
from rota.runs.claims import Claim
from rota.runs.dispatcher import CAPACITY, Dispatcher
from rota.runs.models import Run, RunStatus
from rota.wiring import RULES
from tests.observe import statements
from tests.providers.factories import provider
from tests.runs.conftest import Server
from tests.runs.factories import assignment, ended, queued
from tests.runs.heard import Heard

# A gate as an upper slice may have one: a row a provider, locked by who claims.
GATES = "CREATE TABLE gate (provider_id UUID PRIMARY KEY, slots INT NOT NULL)"
LOCKED = "SELECT * FROM gate ORDER BY provider_id FOR UPDATE"
UNDER_WAY = """
    SELECT provider_id, count(*) AS many FROM run
    WHERE status IN ('RUNNING', 'CANCELLING') GROUP BY provider_id
"""


async def gate(_: UnitOfWork, __: int) -> Mapping[UUID, int]:
    slots = {row["provider_id"]: row["slots"] for row in await fetch(LOCKED)}
    for row in await fetch(UNDER_WAY):
        if row["provider_id"] in slots:
            slots[row["provider_id"]] -= row["many"]
    return slots


gated = partial(claims.claim_queued, gate=gate)


@pytest.fixture
async def at_two(resources: Resources) -> AsyncIterator[tuple[Assignment, Assignment]]:
    """Assignments at a provider of two slots, and at one without a gate."""
    await fetch(GATES)
    try:
        narrow, wide = await provider(resources), await provider(resources)
        await fetch("INSERT INTO gate VALUES ($1, 2)", narrow.id)
        yield await assignment(resources, on=narrow), await assignment(resources, on=wide)
    finally:
        await fetch("DROP TABLE gate")


async def _runs(resources: Resources, at: Assignment, many: int) -> list[UUID]:
    return [(await queued(resources, at)).id for _ in range(many)]


def _ids(claimed: list[Claim]) -> set[UUID]:
    return {claim.run_id for claim in claimed}


async def test_a_later_source_gets_the_room_that_is_left(
    resources: Resources, vendor: Server
) -> None:
    asked: list[tuple[str, int]] = []

    async def first(_: Resources, __: Rules, worker: str, room: int) -> list[Claim]:
        asked.append(("first", room))
        return []

    async def second(resources: Resources, rules: Rules, worker: str, room: int) -> list[Claim]:
        asked.append(("second", room))
        return await claims.claim_queued(resources, rules, worker, room)

    async def third(_: Resources, __: Rules, worker: str, room: int) -> list[Claim]:
        asked.append(("third", room))
        return []

    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    registry = AgentRegistry(resources, "worker")
    dispatcher = Dispatcher(resources, RULES, [first, second, third], registry, "worker")
    task = asyncio.create_task(LeaseLoop(resources.bus, dispatcher).run())
    assert (await ended(resources, run)).status is RunStatus.SUCCEEDED
    task.cancel()
    await asyncio.wait([task])
    assert asked[:3] == [("first", CAPACITY), ("second", CAPACITY), ("third", CAPACITY - 1)]


async def test_a_full_worker_asks_no_further_source(resources: Resources) -> None:
    async def fills(_: Resources, __: Rules, worker: str, room: int) -> list[Claim]:
        ids = map(UUID, (f"{n:032x}" for n in range(room)))
        return [Claim(run_id, 1, Run(id=run_id)) for run_id in ids]

    async def never(*_: object) -> list[Claim]:
        raise AssertionError("There is no room.")

    registry = AgentRegistry(resources, "worker")
    dispatcher = Dispatcher(resources, RULES, [fills, never], registry, "worker")
    assert len(await dispatcher.claim(7)) == 7


async def test_today_a_claim_is_one_statement(resources: Resources) -> None:
    await _runs(resources, await assignment(resources), 3)
    with statements() as sent:
        [source] = RULES.sources["run"]
        assert len(await source(resources, RULES, "worker", 10)) == 3
    assert len(sent) == 1


async def test_a_gate_bounds_its_provider_and_no_other(
    resources: Resources, at_two: tuple[Assignment, Assignment]
) -> None:
    narrow = await _runs(resources, at_two[0], 5)
    wide = await _runs(resources, at_two[1], 3)
    taken = await gated(resources, RULES, "worker", 10)
    assert _ids(taken) == {*wide, *narrow[:2]}
    assert await gated(resources, RULES, "worker", 10) == []
    of_narrow = [claim for claim in taken if claim.run_id in narrow]
    await claims.requeue(resources, RULES, of_narrow[0], "Home.", claims.Usage())
    assert _ids(await gated(resources, RULES, "worker", 10)) == {narrow[0]}


async def test_a_gate_leaves_no_more_than_there_is_room_for(
    resources: Resources, at_two: tuple[Assignment, Assignment]
) -> None:
    await _runs(resources, at_two[0], 5)
    await _runs(resources, at_two[1], 3)
    assert [len(await gated(resources, RULES, "worker", room)) for room in (4, 4)] == [4, 1]


async def test_claims_of_many_workers_stay_within_the_gate(
    resources: Resources, at_two: tuple[Assignment, Assignment]
) -> None:
    narrow = await _runs(resources, at_two[0], 20)
    taken = await asyncio.gather(*(gated(resources, RULES, f"w{n}", 10) for n in range(8)))
    assert sum(len(_ids(one) & set(narrow)) for one in taken) == 2


async def test_without_the_gates_lock_they_would_not(
    resources: Resources,
    at_two: tuple[Assignment, Assignment],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr("tests.runs.test_dispatcher.LOCKED", "SELECT * FROM gate")
    narrow = await _runs(resources, at_two[0], 20)
    taken = await asyncio.gather(*(gated(resources, RULES, f"w{n}", 10) for n in range(8)))
    assert sum(len(_ids(one) & set(narrow)) for one in taken) > 2


async def test_gate_claim_and_listeners_are_one_transaction(
    resources: Resources, at_two: tuple[Assignment, Assignment], heard: Heard
) -> None:
    [run_id] = await _runs(resources, at_two[0], 1)
    booked = "UPDATE gate SET slots = slots - 1"

    async def booking(work: UnitOfWork, room: int) -> Mapping[UUID, int]:
        bounds = await gate(work, room)
        await fetch(booked)
        return bounds

    heard.fails[RunStatus.RUNNING] = 1
    books = partial(claims.claim_queued, gate=booking)
    with pytest.raises(ListenerFailed):
        await books(resources, heard.rules, "worker", 10)
    [row] = await fetch("SELECT slots FROM gate")
    assert (row["slots"], (await Run.get(id=run_id)).status) == (2, RunStatus.QUEUED)
    assert _ids(await books(resources, heard.rules, "worker", 10)) == {run_id}
    [row] = await fetch("SELECT slots FROM gate")
    assert row["slots"] == 1
