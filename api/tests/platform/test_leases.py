"""The loop over leased rows, on a table of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import asyncpg
import pytest

from rota.platform import leases
from rota.platform.kernel.errors import Unavailable
from rota.platform.kernel.events import Event
from rota.platform.kernel.ids import new_id
from rota.platform.leases import LeaseLoop, Stop, Wake, until_written
from rota.platform.messaging.delivery import Message
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import ListenerFailed

MADE = """
    CREATE TABLE chore (
        id INT PRIMARY KEY, state TEXT NOT NULL DEFAULT 'WAITING', attempt INT NOT NULL DEFAULT 0,
        lease_until TIMESTAMPTZ
    )
"""
CLAIM = Statement("""
    UPDATE chore SET state = 'DOING', attempt = attempt + 1,
        lease_until = now() + interval '10 seconds'
    WHERE id IN (
        SELECT id FROM chore WHERE state = 'WAITING' ORDER BY id LIMIT :room FOR UPDATE SKIP LOCKED
    ) RETURNING id, attempt
""")
RENEW = Statement("""
    UPDATE chore SET lease_until = now() + interval '10 seconds'
    FROM unnest(:ids::int[], :attempts::int[]) held (id, attempt)
    WHERE chore.id = held.id AND chore.attempt = held.attempt AND state IN ('DOING', 'STOPPING')
    RETURNING chore.id, chore.attempt, state
""")
END = Statement("""
    UPDATE chore SET state = :state, lease_until = NULL
    WHERE id = :id AND attempt = :attempt AND state IN ('DOING', 'STOPPING')
""")
SWEEP = Statement("""
    UPDATE chore SET state = 'WAITING', lease_until = NULL
    WHERE state = 'DOING' AND lease_until < now()
""")


@dataclass(frozen=True, kw_only=True)
class ChoreChanged(Event):
    name: ClassVar[str] = "chore.changed"
    wake: str


@dataclass(frozen=True)
class Claim:
    id: int
    attempt: int


class Chore:
    """Takes until it is let go."""

    def __init__(self, claim: Claim) -> None:
        self.name = f"chore {claim.id}"
        self.claim = claim
        self.is_settled = False
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.concluded = asyncio.Event()
        self.trouble: Exception | None = None
        self.stopped: list[Stop] = []

    async def perform(self) -> None:
        self.begun.set()
        await self.may_end.wait()
        if self.trouble:
            raise self.trouble
        await self._end("DONE")

    async def conclude(self, stop: Stop) -> None:
        self.stopped.append(stop)
        self.concluded.set()
        if stop is not Stop.LOST:
            again = stop in (Stop.REQUEUE, Stop.INTERRUPTED)
            await self._end("WAITING" if again else "STOPPED")

    async def _end(self, state: str) -> None:
        await END.rows(id=self.claim.id, attempt=self.claim.attempt, state=state)


@dataclass
class Chores:
    noun: str = "chore"
    capacity: int = 2
    chores: dict[Claim, Chore] = field(default_factory=dict)
    claimed: asyncio.Event = field(default_factory=asyncio.Event)
    fails: list[Exception] = field(default_factory=list)

    def reason(self, message: Message) -> Wake | None:
        return Wake[message.fields["wake"]]

    async def claim(self, room: int) -> Mapping[Claim, Chore]:
        if self.fails:
            raise self.fails.pop()
        found = [Claim(**row) for row in await CLAIM.rows(room=room)]
        new = {claim: Chore(claim) for claim in found}
        self.chores |= new
        if new:
            self.claimed.set()
        return new

    async def renew(self, claimed: Sequence[Claim]) -> Mapping[Claim, Stop | None]:
        rows = await RENEW.rows(
            ids=[claim.id for claim in claimed], attempts=[claim.attempt for claim in claimed]
        )
        stops = {"STOPPING": Stop.ASKED, "DOING": None}
        return {Claim(row["id"], row["attempt"]): stops[row["state"]] for row in rows}

    async def sweep(self) -> None:
        await SWEEP.rows()


@dataclass
class Scene:
    resources: Resources
    chores: Chores
    loop: LeaseLoop[Claim]
    task: "asyncio.Task[None]"

    async def add(self, *ids: int) -> None:
        for id_ in ids:
            await fetch("INSERT INTO chore (id) VALUES ($1)", id_)
        await self.wake(Wake.CLAIM)

    async def wake(self, reason: Wake) -> None:
        await self.resources.bus.publish([ChoreChanged(id=new_id(), wake=reason.name)])

    async def chore(self, id_: int, attempt: int = 1) -> Chore:
        """Once it was begun."""
        claim = Claim(id_, attempt)
        async with asyncio.timeout(10):
            while claim not in self.chores.chores:
                self.chores.claimed.clear()
                await self.chores.claimed.wait()
            await self.chores.chores[claim].begun.wait()
        return self.chores.chores[claim]

    async def until(self, id_: int, state: str) -> None:
        async with asyncio.timeout(10):
            while (await _row(id_))["state"] != state:  # noqa: ASYNC110 (tables give no signal)
                await asyncio.sleep(0.01)

    async def drain(self) -> None:
        self.task.cancel()
        await asyncio.wait([self.task])


async def _row(id_: int) -> dict[str, Any]:
    [row] = await fetch("SELECT * FROM chore WHERE id = $1", id_)
    return row


@pytest.fixture
async def scene(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr(leases, "FINISH_SECONDS", 0.05)
    await fetch(MADE)
    chores = Chores()
    loop = LeaseLoop(resources.bus, chores)
    task = asyncio.create_task(loop.run())
    try:
        yield Scene(resources, chores, loop, task)
    finally:
        task.cancel()
        await asyncio.wait([task])
        await fetch("DROP TABLE chore")
    assert not loop._held


async def test_R5_rows_are_claimed_as_there_is_room_and_done(scene: Scene) -> None:
    await scene.add(1, 2, 3)
    first, second = await scene.chore(1), await scene.chore(2)
    assert (await _row(3))["state"] == "WAITING"
    first.may_end.set()
    third = await scene.chore(3)
    second.may_end.set()
    third.may_end.set()
    for id_ in (1, 2, 3):
        await scene.until(id_, "DONE")


async def test_R8_leases_are_renewed_while_work_goes_on(scene: Scene) -> None:
    await scene.add(1)
    await scene.chore(1)
    await fetch("UPDATE chore SET lease_until = now() + interval '1 second'")
    await scene.wake(Wake.RENEW)
    soon = "SELECT id FROM chore WHERE lease_until > now() + interval '5 seconds'"
    async with asyncio.timeout(10):
        while not await fetch(soon):  # noqa: ASYNC110 (tables give no signal)
            await asyncio.sleep(0.01)


async def test_R4_work_that_is_asked_to_stop_is_broken_off(scene: Scene) -> None:
    await scene.add(1)
    chore = await scene.chore(1)
    await fetch("UPDATE chore SET state = 'STOPPING'")
    await scene.wake(Wake.RENEW)
    await scene.until(1, "STOPPED")
    assert chore.stopped == [Stop.ASKED]


async def test_R5_work_whose_lease_was_lost_writes_nothing(scene: Scene) -> None:
    await scene.add(1)
    lost = await scene.chore(1)
    await fetch("UPDATE chore SET state = 'WAITING', lease_until = NULL")  # another's sweep
    again = await scene.chore(1, attempt=2)
    await scene.wake(Wake.RENEW)
    async with asyncio.timeout(10):
        await lost.concluded.wait()
    assert lost.stopped == [Stop.LOST]
    again.may_end.set()
    await scene.until(1, "DONE")
    assert (await _row(1))["attempt"] == 2


async def test_R5_the_sweep_gives_back_what_the_dead_held(scene: Scene) -> None:
    await fetch("INSERT INTO chore VALUES (1, 'DOING', 4, now() - interval '1 second')")
    await scene.wake(Wake.RENEW)
    await scene.chore(1, attempt=5)


async def test_D8_draining_requeues_what_is_not_finished(scene: Scene) -> None:
    await scene.add(1, 2)
    unfinished, finished = await scene.chore(1), await scene.chore(2)
    finished.may_end.set()
    await scene.drain()
    assert unfinished.stopped == [Stop.REQUEUE]
    assert [(await _row(id_))["state"] for id_ in (1, 2)] == ["WAITING", "DONE"]


async def test_D8_what_is_settled_is_not_broken_off(scene: Scene) -> None:
    await scene.add(1)
    chore = await scene.chore(1)
    chore.is_settled = True
    draining = asyncio.create_task(scene.drain())
    await asyncio.sleep(0)
    chore.may_end.set()
    await draining
    assert chore.stopped == []
    assert (await _row(1))["state"] == "DONE"


async def test_D7_what_the_databases_absence_interrupts_is_requeued(scene: Scene) -> None:
    await scene.add(1)
    chore = await scene.chore(1)
    chore.trouble = Unavailable("away")
    chore.may_end.set()
    await scene.chore(1, attempt=2)
    assert chore.stopped == [Stop.INTERRUPTED]


async def test_D7_fewer_are_held_while_what_they_store_is_not_taken(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half as many each time; as many as ever once it is."""
    monkeypatch.setattr(leases, "LOOK_SECONDS", 60)
    scene.chores.capacity = scene.loop._bound = 4
    await scene.add(*range(1, 9))
    held = [await scene.chore(id_) for id_ in range(1, 5)]
    for chore in held:
        chore.trouble = Unavailable("away")
        chore.may_end.set()
    for chore in held:
        await chore.concluded.wait()
    for id_ in range(1, 5):
        await scene.until(id_, "WAITING")
    assert scene.loop._bound == 1
    while scene.loop._held:  # noqa: ASYNC110 (yields only)
        await asyncio.sleep(0)
    await scene.wake(Wake.CLAIM)
    await scene.chore(1, attempt=2)
    assert len(scene.loop._held) == 1
    async with asyncio.timeout(10):
        while scene.loop._bound < 4:
            await scene.wake(Wake.RENEW)
            await asyncio.sleep(0.01)
    await scene.wake(Wake.CLAIM)
    for id_ in range(2, 5):
        await scene.chore(id_, attempt=2)


async def test_R5_work_that_fails_by_a_fault_of_ours_is_left_to_the_sweep(scene: Scene) -> None:
    await scene.add(1)
    chore = await scene.chore(1)
    chore.trouble = ZeroDivisionError()
    chore.may_end.set()
    await fetch("UPDATE chore SET lease_until = now() - interval '1 second'")
    await scene.wake(Wake.RENEW)
    await scene.chore(1, attempt=2)


async def _listener(_: object, __: object) -> None: ...


@pytest.mark.parametrize(
    "trouble",
    [
        Unavailable("away"),
        ListenerFailed(_listener, ChoreChanged(id=new_id(), wake="CLAIM")),
    ],
)
async def test_D7_a_claim_that_cannot_be_made_now_is_made_later(
    scene: Scene, trouble: Exception
) -> None:
    scene.chores.fails = [trouble, trouble]
    await scene.add(1)
    await scene.chore(1)
    assert not scene.task.done()


async def test_a_claim_that_fails_by_a_fault_of_ours_ends_the_loop(scene: Scene) -> None:
    scene.chores.fails = [asyncpg.UndefinedTableError("no chore")]
    await scene.wake(Wake.CLAIM)
    with pytest.raises(asyncpg.UndefinedTableError):
        await scene.task


async def test_D7_what_must_be_written_is_written_once_the_database_takes_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "AGAIN_SECONDS", (0.0,))
    event = ChoreChanged(id=new_id(), wake="CLAIM")
    troubles: list[Exception] = [Unavailable("away")] * 3
    troubles += [ListenerFailed(_listener, event)] * 2

    async def write() -> str:
        if troubles:
            raise troubles.pop(0)
        return "written"

    assert await until_written("the end of chore 1", write) == "written"
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "The database is away (Unavailable); the end of chore 1 is written later."
    assert "_listener, which listens to ChoreChanged, failed; the end of chore 1" in said[1]
    assert len(said) == 3
    troubles.append(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await until_written("the end of chore 1", write)
