"""Jobs: woken by the bell, readable in Redis, and harmless when they fail."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest

from rota.platform.kernel.ids import new_id
from rota.platform.kernel.jobs import Job
from rota.platform.messaging import queue
from rota.platform.messaging.health import RedisAway
from rota.platform.messaging.queue import ASIDE, DOORBELL, NAME, JobWorker, Queue, work_on_jobs
from rota.platform.resources import Resources
from rota.providers.models import ProviderType
from tests.providers.factories import provider

ID = new_id()


@dataclass(frozen=True, kw_only=True)
class Do(Job):
    name: ClassVar[str] = "thing.do"
    thing_id: UUID = ID
    way: str = "first"


class Diary:
    """A handler that notes how it was called."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self._noted: asyncio.Queue[str] = asyncio.Queue()

    async def note(self, *, thing_id: str, way: str) -> None:
        assert thing_id == str(ID)
        self.entries.append(way)
        self._noted.put_nowait(way)

    async def next(self) -> str:
        async with asyncio.timeout(10):
            return await self._noted.get()


Handlers = Mapping[str, Callable[..., Awaitable[None]]]


@asynccontextmanager
async def working(
    resources: Resources, handlers: Handlers, sweeps: Handlers | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(JobWorker(resources.redis, handlers, sweeps or {}).main())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
def only_the_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker looks when it hears the bell, and not for an hour else."""
    monkeypatch.setattr(queue, "LOOK_SECONDS", 3600)


@pytest.mark.usefixtures("only_the_bell")
async def test_P3_a_job_starts_when_the_bell_rings(resources: Resources) -> None:
    diary = Diary()
    async with working(resources, {"thing.do": diary.note}):
        for number in range(20):
            await resources.queue.enqueue([Do(way=str(number))])
            assert await diary.next() == str(number)


@pytest.mark.usefixtures("only_the_bell")
async def test_P3_a_job_without_a_ring_waits_for_the_next_one(resources: Resources) -> None:
    """The negative control of the test before."""
    diary = Diary()
    async with working(resources, {"thing.do": diary.note}):
        await resources.queue.enqueue([Do(way="heard")])
        assert await diary.next() == "heard"
        # Some rings may still be on their way; then there are none.
        while await _rung(resources, diary):
            pass
        await resources.redis.enqueue_job("thing.do", **Do(way="silent").payload())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await diary.next()
        await resources.redis.publish(DOORBELL, b"")
        assert await diary.next() == "silent"


async def _rung(resources: Resources, diary: Diary) -> bool:
    """Whether the worker still came by itself."""
    await resources.redis.enqueue_job("thing.do", **Do(way="probe").payload())
    try:
        async with asyncio.timeout(0.3):
            await diary.next()
    except TimeoutError:
        await resources.redis.publish(DOORBELL, b"")
        await diary.next()
        return False
    return True


async def test_D6_a_missed_ring_costs_a_moment(resources: Resources) -> None:
    diary = Diary()
    async with working(resources, {"thing.do": diary.note}):
        await resources.queue.enqueue([Do(way="first")])
        await diary.next()
        await resources.redis.enqueue_job("thing.do", **Do(way="silent").payload())
        assert await diary.next() == "silent"


async def test_D6_jobs_that_came_before_the_worker_are_all_done(resources: Resources) -> None:
    ways = [str(number) for number in range(10)]
    for way in ways:
        await resources.queue.enqueue([Do(way=way)])
    diary = Diary()
    async with working(resources, {"thing.do": diary.note}):
        assert sorted([await diary.next() for _ in ways]) == ways


async def test_every_job_is_done_by_one_worker_of_all(resources: Resources) -> None:
    diary = Diary()
    ways = {str(number) for number in range(30)}
    async with (
        working(resources, {"thing.do": diary.note}),
        working(resources, {"thing.do": diary.note}),
    ):
        await resources.queue.enqueue([Do(way=way) for way in ways])
        assert {await diary.next() for _ in ways} == ways
        await resources.queue.enqueue([Do(way="last")])
        assert await diary.next() == "last"
    assert len(diary.entries) == len(ways) + 1


async def contents(resources: Resources) -> dict[bytes, bytes]:
    """Everything in Redis that belongs to jobs."""
    redis = resources.redis
    found = {}
    for key in await redis.keys("*"):
        if await redis.type(key) == b"string":
            found[key] = await redis.get(key)
        else:
            found[key] = b" ".join(await redis.zrange(key, 0, -1))
    return found


async def test_a_waiting_job_is_readable_json(resources: Resources) -> None:
    await resources.queue.enqueue([Do(way="ä")])
    jobs = [value for key, value in (await contents(resources)).items() if b"arq:job:" in key]
    (job,) = map(orjson.loads, jobs)
    assert (job["f"], job["k"]) == ("thing.do", {"thing_id": str(ID), "way": "ä"})


async def test_P5_a_job_carries_no_key(resources: Resources) -> None:
    row = await provider(
        resources, type=ProviderType.OPENAI, base_url=None, api_key="sk-canary-5up3r53cr3t"
    )
    everything = b"\n".join(key + value for key, value in (await contents(resources)).items())
    assert str(row.id).encode() in everything
    assert b"canary" not in everything
    assert (row.sealed_key or "").encode() not in everything


def _ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "rota.platform.messaging.queue"]


async def test_a_job_that_fails_is_logged_and_the_next_one_runs(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(**_: Any) -> None:
        raise ZeroDivisionError("nothing to divide by")

    diary = Diary()
    handlers = {"thing.fail": fail, "thing.do": diary.note}
    async with working(resources, handlers) as worker:
        await resources.redis.enqueue_job("thing.fail")
        await resources.redis.enqueue_job("thing.unknown")
        await resources.redis.enqueue_job("thing.do", unexpected=1)
        await resources.queue.enqueue([Do()])
        assert await diary.next() == "first"
        async with asyncio.timeout(10):  # jobs run side by side
            while len(ours := _ours(caplog)) < 2:
                await resources.redis.ping()
        assert not worker.done()
    assert {record.getMessage() for record in ours} == {
        "The job thing.fail failed.",
        "The job thing.do failed.",
    }
    assert all(record.levelno == logging.ERROR and record.exc_info for record in ours)


async def test_nothing_stays_of_a_job_that_is_done(resources: Resources) -> None:
    diary = Diary()
    async with working(resources, {"thing.do": diary.note}):
        await resources.queue.enqueue([Do()])
        await diary.next()
        async with asyncio.timeout(10):
            while any(key.startswith(b"arq:job:") for key in await contents(resources)):
                pass
        assert set(await contents(resources)) <= {b"rota:jobs:health-check"}


async def test_P4_a_sweep_is_done_by_one_worker_of_all(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SWEEP_SECONDS", set(range(60)))
    monkeypatch.setattr(queue, "LOOK_SECONDS", 0.1)
    swept: asyncio.Queue[None] = asyncio.Queue()

    async def sweep() -> None:
        swept.put_nowait(None)

    calls = 0
    async with (
        asyncio.timeout(20),
        working(resources, {}, {"thing.sweep": sweep}),
        working(resources, {}, {"thing.sweep": sweep}),
    ):
        while calls < 3:
            await swept.get()
            calls += 1
    calls += swept.qsize()
    moments = [key for key in await contents(resources) if key.startswith(b"arq:in-progress:")]
    assert all(b"thing.sweep" in moment for moment in moments)
    assert len(moments) == calls


async def test_D8_a_worker_that_ends_ends_its_jobs(resources: Resources) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def last(**_: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with asyncio.timeout(20), working(resources, {"thing.do": last}):
        await resources.queue.enqueue([Do()])
        await begun.wait()
    assert ended.is_set()


async def test_an_empty_list_of_jobs_is_no_trouble(resources: Resources) -> None:
    await Queue(resources.redis).enqueue([])
    assert await contents(resources) == {}


async def list_(resources: Resources, key: bytes | str) -> None:
    redis: Any = resources.redis
    await redis.delete(key)
    await redis.lpush(key, "x")


async def hash_(resources: Resources, key: bytes | str) -> None:
    redis: Any = resources.redis
    await redis.delete(key)
    await redis.hset(key, "a", "b")


async def text(resources: Resources, key: bytes | str) -> None:
    await resources.redis.set(key, "\udcff".encode("utf-8", "surrogateescape"))


SPOILS = [list_, hash_, text]


@pytest.mark.parametrize("spoil", SPOILS)
async def test_a_queue_of_another_kind_is_set_aside_and_said(
    resources: Resources, caplog: pytest.LogCaptureFixture, spoil: Callable[..., Awaitable[None]]
) -> None:
    diary = Diary()
    await spoil(resources, NAME)
    with pytest.raises(RedisAway):
        await resources.queue.enqueue([Do()])
    task = asyncio.create_task(work_on_jobs(resources.redis, {"thing.do": diary.note}, {}))
    try:
        async with asyncio.timeout(10):
            while not await resources.redis.exists(ASIDE):
                pass
        await resources.queue.enqueue([Do(way="first")])
        assert await diary.next() == "first"
        await spoil(resources, NAME)
        async with asyncio.timeout(10):
            while await resources.redis.exists(NAME):
                pass
        await resources.queue.enqueue([Do(way="second")])
        assert await diary.next() == "second"
    finally:
        task.cancel()
        await asyncio.wait([task])
    said = [record.getMessage() for record in _ours(caplog)]
    assert sum(line.startswith("In Redis rota:jobs was no queue but a ") for line in said) == 2


@pytest.mark.parametrize("prefix", [b"arq:job:", b"arq:retry:"])
@pytest.mark.parametrize("spoil", SPOILS)
async def test_a_job_that_another_version_wrote_is_left_out_and_others_are_done(
    resources: Resources,
    caplog: pytest.LogCaptureFixture,
    prefix: bytes,
    spoil: Callable[..., Awaitable[None]],
) -> None:
    diary = Diary()
    await resources.queue.enqueue([Do(way="spoilt")])
    [job_id] = await resources.redis.zrange(NAME, 0, -1)
    await spoil(resources, prefix + job_id)
    async with working(resources, {"thing.do": diary.note}) as worker:
        await resources.queue.enqueue([Do(way="good")])
        assert await diary.next() == "good"
        async with asyncio.timeout(10):
            while await resources.redis.zcard(NAME):
                assert not worker.done()
        assert not worker.done()
    assert any(record.levelno >= logging.WARNING for record in caplog.records)


async def test_an_id_that_is_no_text_is_left_out(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    diary = Diary()
    await resources.redis.zadd(NAME, {b"\xff\xfe": 1})
    async with working(resources, {"thing.do": diary.note}) as worker:
        await resources.queue.enqueue([Do(way="good")])
        assert await diary.next() == "good"
        async with asyncio.timeout(10):
            while await resources.redis.zcard(NAME):
                assert not worker.done()
    assert "A job in the queue cannot be read. It is left out." in caplog.text
