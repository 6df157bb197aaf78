"""One change and all that belongs to it: together, in order, or not at all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import asyncpg
import orjson
import pytest

from rota.audit.models import AuditEntry
from rota.audit.service import record
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.errors import DomainError
from rota.platform.kernel.events import AuditedEvent, Event
from rota.platform.kernel.ids import new_id
from rota.platform.kernel.jobs import Job
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.outbox import Outbox, Parcel
from rota.platform.messaging.queue import Queue, open_redis
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules, UnitOfWork, announce, unit_of_work
from rota.tasks.models import Task
from tests.observe import hearing, queued


@dataclass(frozen=True, kw_only=True)
class ThingMade(AuditedEvent):
    name: ClassVar[str] = "thing.made"


@dataclass(frozen=True, kw_only=True)
class ThingSeen(Event):
    name: ClassVar[str] = "thing.seen"


@dataclass(frozen=True, kw_only=True)
class Look(Job):
    name: ClassVar[str] = "thing.look"
    thing_id: UUID


PLAIN = Rules(audit=record, listeners={})


async def make(work: UnitOfWork) -> UUID:
    """A row, an audited event, a plain one and a job."""
    made = new_id()
    await Task.create(
        id=made, name=str(made), name_key=str(made), response_schema={}, created_at=work.now,
        updated_at=work.now,
    )  # fmt: skip
    await work.emit(ThingMade(id=made, subject_name="Thing", changes={"name": (None, "Thing")}))
    await work.emit(ThingSeen(id=made))
    work.enqueue(Look(thing_id=made))
    return made


async def failing(
    resources: Resources, owner: Actor, error: BaseException | type[BaseException]
) -> None:
    async with unit_of_work(resources, PLAIN, owner) as work:
        await make(work)
        raise error


async def kept() -> tuple[int, int]:
    """How many rows and audit entries there are."""
    return await Task.all().count(), await AuditEntry.all().count()


async def test_D1_it_commits_then_publishes_then_enqueues(
    resources: Resources, owner: Actor
) -> None:
    steps: list[str] = []
    outside = await asyncpg.connect(resources.settings.database_url)

    async def note(step: str) -> None:
        rows = await outside.fetchval("SELECT count(*) FROM task")
        entries = await outside.fetchval("SELECT count(*) FROM audit_entry")
        steps.append(f"{step}: {rows} row, {entries} entry")

    class NotingOutbox(Outbox):
        async def _publish(self, parcels: Sequence[Parcel]) -> None:
            names = [orjson.loads(parcel.content)["name"] for parcel in parcels]
            await note("publish " + " ".join(names))
            await super()._publish(parcels)

    class NotingQueue(Queue):
        async def enqueue(self, jobs: Sequence[Job]) -> None:
            await note("enqueue " + " ".join(job.name for job in jobs))
            await super().enqueue(jobs)

    redis = resources.redis
    bus = Bus(redis, [])
    bus.outbox = NotingOutbox(redis)
    noting = replace(resources, bus=bus, queue=NotingQueue(redis))
    try:
        async with unit_of_work(noting, PLAIN, owner) as work:
            await make(work)
            await note("before")
    finally:
        await outside.close()
    assert steps == [
        "before: 0 row, 0 entry",
        "publish audit.recorded thing.made thing.seen: 1 row, 1 entry",
        "enqueue thing.look: 1 row, 1 entry",
    ]


async def test_D1_what_was_done_is_heard_of(resources: Resources, owner: Actor) -> None:
    async with hearing(resources, "thing") as ear:
        async with unit_of_work(resources, PLAIN, owner) as work:
            made = await make(work)
        assert await ear.names() == ["thing.made", "thing.seen"]
    assert await queued(resources) == [("thing.look", {"thing_id": str(made)})]
    entry = await AuditEntry.get()
    assert (entry.actor, entry.action, entry.subject_id) == ("Ada", "thing.made", made)
    assert (entry.at, entry.changes) == (work.now, {"name": [None, "Thing"]})


@pytest.mark.parametrize("error", [ZeroDivisionError, DomainError("No."), asyncio.CancelledError])
async def test_D1_of_what_failed_nobody_hears(
    resources: Resources, owner: Actor, error: BaseException | type[BaseException]
) -> None:
    async with hearing(resources, "thing") as ear:
        with pytest.raises((ZeroDivisionError, DomainError, asyncio.CancelledError)) as raised:
            await failing(resources, owner, error)
        assert raised.value is error or raised.type is error
        assert await ear.names() == []
    assert await kept() == (0, 0)
    assert await queued(resources) == []


async def test_D1_a_listener_that_refuses_takes_everything_back(
    resources: Resources, owner: Actor
) -> None:
    seen: list[str] = []

    async def agree(work: UnitOfWork, event: ThingSeen) -> None:
        seen.append(f"{work.actor.name}: {event.name}, {await kept()}")

    async def refuse(_: UnitOfWork, event: ThingSeen) -> None:
        raise DomainError(f"{event.name}? Not here.")

    rules = Rules(audit=record, listeners={ThingSeen: [agree, refuse]})
    async with hearing(resources, "thing") as ear:
        with pytest.raises(DomainError, match="Not here"):
            async with unit_of_work(resources, rules, owner) as work:
                await make(work)
        assert await ear.names() == []
    assert seen == ["Ada: thing.seen, (1, 1)"]
    assert await kept() == (0, 0)
    assert await queued(resources) == []


async def test_D1_what_cannot_be_audited_is_not_done(resources: Resources, owner: Actor) -> None:
    async def fail(work: UnitOfWork, event: AuditedEvent) -> None:
        await record(work, event)
        raise ZeroDivisionError

    async with hearing(resources, "thing") as ear:
        with pytest.raises(ZeroDivisionError):
            async with unit_of_work(resources, Rules(audit=fail, listeners={}), owner) as work:
                await make(work)
        assert await ear.names() == []
    assert await kept() == (0, 0)


class Deaf:
    """Takes connections and never answers."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self._over = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected.set()
        await self._over.wait()
        writer.transport.abort()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            self._over.set()
            server.close()
            await server.wait_closed()


@asynccontextmanager
async def on(resources: Resources, url: str) -> AsyncIterator[Resources]:
    """The same, with Redis at this address."""
    redis = open_redis(url)
    bus = Bus(redis, [])
    try:
        yield replace(resources, redis=redis, bus=bus, queue=Queue(redis))
    finally:
        await bus.outbox.close()
        await redis.aclose(close_connection_pool=True)


async def test_D6_while_redis_hangs_a_change_is_made_all_the_same(
    resources: Resources, owner: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "rota.platform.unit_of_work")
    deaf = Deaf()
    async with deaf.listening() as url, on(resources, url) as hung, asyncio.timeout(1):
        async with unit_of_work(hung, PLAIN, owner) as work:
            await make(work)
        assert deaf.connected.is_set()
    assert await kept() == (1, 1)
    (note,) = [entry for entry in caplog.records if entry.name == "rota.platform.unit_of_work"]
    assert note.getMessage() == "Redis did not take a notification (TimeoutError)."


async def test_D6_while_redis_is_away_a_change_is_made_all_the_same(
    resources: Resources, owner: Actor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "rota.platform.unit_of_work")
    async with (
        on(resources, f"unix://{tmp_path}/none.sock?db=0") as away,
        asyncio.timeout(1),
        unit_of_work(away, PLAIN, owner) as work,
    ):
        await make(work)
    assert await kept() == (1, 1)
    assert "Redis did not take a notification (ConnectionError)." in caplog.text


async def test_D6_answers_that_come_too_late_are_not_taken_for_others(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "rota.platform.unit_of_work")
    await resources.redis.client_pause(500)
    for _ in range(2):
        await announce(resources, [ThingSeen(id=new_id())] * 3, [Look(thing_id=new_id())])
    assert caplog.text.count("Redis did not take a notification (TimeoutError).") == 2
    words = [f"word {number}".encode() for number in range(20)]
    assert await asyncio.gather(*(resources.redis.echo(word) for word in words)) == words


async def test_a_unit_of_work_without_news_asks_redis_nothing(
    resources: Resources, owner: Actor
) -> None:
    deaf = Deaf()
    async with deaf.listening() as url, on(resources, url) as hung:
        async with unit_of_work(hung, PLAIN, owner):
            pass
        assert not deaf.connected.is_set()
