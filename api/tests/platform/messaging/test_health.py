"""A late event loop is not a dead Redis: patience counts what Redis owes, and not our load."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

import pytest
from redis.exceptions import RedisError

from rota.platform.kernel.events import Event
from rota.platform.kernel.ids import new_id
from rota.platform.kernel.jobs import Job
from rota.platform.messaging import health, outbox, presence, queue, rate_limit
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.health import RedisAway, asking_redis, redis_answers
from rota.platform.messaging.presence import read_workers
from rota.platform.messaging.queue import Queue, open_redis
from rota.platform.messaging.rate_limit import RateLimits
from rota.platform.resources import Resources
from tests.dose import dose, tried
from tests.load import burn, busy_machine
from tests.platform.messaging.valkey import own_valkey

ASKERS = 10
ROUNDS = dose(1, 200)
WORKERS = dose(4, 8)
WORK_SECONDS = 0.005
Patience = Callable[..., AbstractAsyncContextManager[None]]


@asynccontextmanager
async def by_the_clock(patience: float = 0.2) -> AsyncIterator[None]:
    """As it was counted before."""
    try:
        async with asyncio.timeout(min(patience, 0.2)):
            yield
    except (RedisError, OSError) as error:
        raise RedisAway from error


async def late_answer(patience: Patience, resources: Resources) -> None:
    """It is there long before the loop comes to it."""
    async with patience(0.1):
        asking = asyncio.ensure_future(resources.redis.ping())
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(burn, 0.3)
        await asking


async def test_an_answer_that_we_were_late_to_take_is_one(resources: Resources) -> None:
    await late_answer(asking_redis, resources)


async def test_by_the_clock_it_would_be_none(resources: Resources) -> None:
    with pytest.raises(RedisAway):
        await late_answer(by_the_clock, resources)


async def test_D6_a_redis_that_hangs_is_noticed() -> None:
    async with own_valkey() as valkey:
        redis = open_redis(valkey.url)
        assert await redis_answers(redis)
        valkey.hang()
        async with asyncio.timeout(5):
            assert not await redis_answers(redis)
            assert await read_workers(redis) == []
        valkey.go_on()
        assert await redis_answers(redis)
        await redis.aclose(close_connection_pool=True)


async def test_what_goes_wrong_meanwhile_is_no_answer_of_redis() -> None:
    with pytest.raises(ZeroDivisionError):
        async with asking_redis():
            raise ZeroDivisionError
    with pytest.raises(asyncio.CancelledError):
        async with asking_redis():
            raise asyncio.CancelledError


@dataclass(frozen=True, kw_only=True)
class ThingChanged(Event):
    name: ClassVar[str] = "thing.changed"


@dataclass(frozen=True, kw_only=True)
class Do(Job):
    name: ClassVar[str] = "thing.do"


class Asker:
    """Asks Redis for all that a process asks it for, and counts when it is taken for away."""

    def __init__(self, url: str) -> None:
        self.redis = open_redis(url)
        self.bus = Bus(self.redis, [])
        self.queue = Queue(self.redis)
        self.limits = RateLimits(self.redis)
        self.alarms = 0

    async def ask(self, rounds: int) -> None:
        for _ in range(rounds):
            await self._try(self.bus.publish([ThingChanged(id=new_id())] * 2))
            await self._try(self.queue.enqueue([Do()]))
            self.alarms += not await redis_answers(self.redis)
            await self.limits.take("test", "a", 1_000_000, 60)
        await read_workers(self.redis)

    async def _try(self, asking: Awaitable[object]) -> None:
        try:
            await asking
        except RedisAway:
            self.alarms += 1

    async def close(self) -> None:
        await self.bus.outbox.close()
        await self.redis.aclose(close_connection_pool=True)


@asynccontextmanager
async def busy_loop() -> AsyncIterator[None]:
    """Every turn of ours takes a while, as with many runs at once."""

    async def work() -> None:
        while True:
            burn(WORK_SECONDS)
            await asyncio.sleep(0)

    working = [asyncio.create_task(work()) for _ in range(WORKERS)]
    try:
        yield
    finally:
        for task in working:
            task.cancel()
        await asyncio.wait(working)


async def alarms(resources: Resources, caplog: pytest.LogCaptureFixture, rounds: int) -> int:
    asker = Asker(resources.settings.redis_url or "")
    try:
        async with busy_machine(), busy_loop():
            await asyncio.gather(*(asker.ask(rounds) for _ in range(ASKERS)))
    finally:
        await asker.close()
    counted_here = len(asker.limits._here)
    told = [record for record in caplog.records if record.name.startswith("rota.platform")]
    return asker.alarms + counted_here + len(told)


@pytest.mark.timeout(1800)
async def test_D6_a_busy_machine_is_no_dead_redis(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    assert await alarms(resources, caplog, ROUNDS) == 0
    tried["questions to Redis on a busy machine"] += ASKERS * ROUNDS * 4


async def test_D6_by_the_clock_a_busy_machine_would_be_a_dead_redis(
    resources: Resources, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (health, outbox, presence, queue, rate_limit):
        monkeypatch.setattr(module, "asking_redis", by_the_clock)
    assert await alarms(resources, caplog, 1) > 0
