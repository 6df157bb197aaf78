"""What is said over Redis: in order, in pieces, whole where nobody waits any more, and missed
where Redis does not take it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from rota.platform.kernel.events import Event
from rota.platform.kernel.ids import new_id
from rota.platform.messaging import outbox as outbox_module
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.delivery import Interrupted, Subscription
from rota.platform.messaging.health import RedisAway, redis_answers
from rota.platform.messaging.outbox import MAX_PIECE_BYTES, Outbox, Parcel
from rota.platform.messaging.queue import open_redis
from rota.platform.resources import Resources
from tests.platform.messaging.valkey import OwnValkey, own_valkey


@dataclass(frozen=True, kw_only=True)
class ThingChanged(Event):
    name: ClassVar[str] = "thing.changed"
    number: int = 0
    entries: tuple[str, ...] = ()


def things(numbers: Sequence[int], entries: Sequence[str] = ()) -> list[Event]:
    return [ThingChanged(id=new_id(), number=number, entries=tuple(entries)) for number in numbers]


class NotingOutbox(Outbox):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.pieces: list[list[Parcel]] = []

    async def _publish(self, parcels: Sequence[Parcel]) -> None:
        self.pieces.append(list(parcels))
        await super()._publish(parcels)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Bus]:
    redis = open_redis(url)
    bus = Bus(redis, ["thing"])
    bus.outbox = NotingOutbox(redis)
    async with bus.listening(), asyncio.timeout(30):
        await bus.connected.wait()
        yield bus
    await bus.outbox.close()
    await redis.aclose(close_connection_pool=True)


def pieces(bus: Bus) -> list[list[Parcel]]:
    assert isinstance(bus.outbox, NotingOutbox)
    return bus.outbox.pieces


async def interrupted(heard: Subscription) -> None:
    """What was taken before may still come before."""
    with suppress(Interrupted):
        while True:
            await heard.get()


@pytest.fixture
async def bus(resources: Resources) -> AsyncIterator[Bus]:
    async with listening(resources.settings.redis_url or "") as bus:
        yield bus


@pytest.fixture
async def valkey() -> AsyncIterator[OwnValkey]:
    async with own_valkey() as valkey:
        yield valkey


async def test_what_many_say_at_once_goes_out_in_order_and_together(bus: Bus) -> None:
    async with bus.subscribe("thing") as heard:
        await asyncio.gather(*(bus.publish(things([number])) for number in range(100)))
        assert [(await heard.get()).fields["number"] for _ in range(100)] == list(range(100))
    assert len(pieces(bus)) == 1


async def test_much_goes_out_in_pieces_that_nobody_chokes_on(bus: Bus) -> None:
    """Twenty messages about 500 things each."""
    entries = [f"{new_id()} RUNNING {new_id()} {new_id()} {new_id()}" for _ in range(500)]
    async with bus.subscribe("thing") as heard:
        await bus.publish(things(range(20), entries))
        for number in range(20):
            message = await heard.get()
            assert (message.fields["number"], len(message.fields["entries"])) == (number, 500)
    sizes = [sum(len(parcel.content) for parcel in piece) for piece in pieces(bus)]
    assert len(sizes) > 5
    assert max(sizes) <= MAX_PIECE_BYTES


async def test_who_stops_waiting_stops_nothing(bus: Bus, resources: Resources) -> None:
    async with bus.subscribe("thing") as heard:
        await resources.redis.client_pause(300)
        waiting = [asyncio.create_task(bus.publish(things([number]))) for number in range(3)]
        await asyncio.wait(waiting, timeout=0.05)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        await bus.publish(things([3]))
        assert [(await heard.get()).fields["number"] for _ in range(4)] == [0, 1, 2, 3]


async def test_work_comes_after_what_was_said_before_it(bus: Bus) -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(len(pieces(bus)))

    assert await bus.put(things([1, 2]), work) is None
    assert done == [1]


async def test_D6_a_redis_that_hangs_is_noticed_and_costs_no_further_wait(
    valkey: OwnValkey, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(valkey.url) as bus, bus.subscribe("thing") as heard:
        valkey.hang()
        sent = bus.put(things([1]))
        waits = bus.put(things([2]))
        async with asyncio.timeout(5):
            assert isinstance(await sent, RedisAway)
        assert isinstance(waits.result(), RedisAway)
        assert bus.put(things([3])).done()
        with pytest.raises(RedisAway) as raised:
            await bus.publish(things([4]))
        assert raised.value.reason == "TimeoutError"
        assert caplog.text.count("Redis takes no events") == 1
        valkey.go_on()
        await interrupted(heard)
        await bus.publish(things([5]))
        assert (await heard.get()).fields["number"] == 5


async def test_D6_a_redis_that_is_gone_is_noticed_at_once(
    valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "PATIENCE_SECONDS", 3600)
    async with listening(valkey.url) as bus:
        valkey.kill()
        async with asyncio.timeout(5):
            assert isinstance(await bus.put(things([1])), RedisAway)


async def test_D6_what_redis_took_late_is_no_gap(
    valkey: OwnValkey, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(valkey.url) as bus, bus.subscribe("thing") as heard:
        valkey.hang()
        sent = bus.put(things([1]))
        await asyncio.wait([sent], timeout=0.2)
        assert not sent.done()
        valkey.go_on()
        assert await sent is None
        assert (await heard.get()).fields["number"] == 1
    assert "Redis takes no events" not in caplog.text


async def test_D6_what_is_left_out_is_told_before_anything_else(
    valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said while the gap is being told comes after it, and is not lost with it."""
    monkeypatch.setattr(outbox_module, "PAUSE_SECONDS", 0.05)
    async with listening(valkey.url) as bus, bus.subscribe("thing") as heard:
        valkey.hang()
        assert isinstance(await bus.put(things([1])), RedisAway)
        # However long it takes to come back on a busy machine.
        monkeypatch.setattr(outbox_module, "PATIENCE_SECONDS", 60)
        while bus.put(things([2])).done():  # noqa: ASYNC110 (yields only)
            await asyncio.sleep(0)
        valkey.go_on()
        await interrupted(heard)
        assert (await heard.get()).fields["number"] == 2


async def test_D6_what_is_too_much_to_wait_is_left_out_and_told(
    valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox_module, "MAX_PIECE_MESSAGES", 1)
    monkeypatch.setattr(outbox_module, "MAX_PIECES", 10)
    async with listening(valkey.url) as bus, bus.subscribe("thing") as heard:
        sent = [bus.put(things([number])) for number in range(12)]
        results = await asyncio.gather(*sent)
        assert any(isinstance(result, RedisAway) for result in results)
        await interrupted(heard)
        await bus.publish(things([13]))
        assert (await heard.get()).fields["number"] == 13
    assert caplog.text.count("Redis takes no events") == 1


async def test_a_process_that_ends_lets_go_of_what_it_cannot_say(valkey: OwnValkey) -> None:
    redis = open_redis(valkey.url)
    outbox = Outbox(redis)
    assert await redis_answers(redis)
    valkey.hang()
    sent = outbox.put([Parcel("rota:thing:1", b"{}")])
    async with asyncio.timeout(5):
        await outbox.close()
    assert not sent.done()
    await redis.aclose(close_connection_pool=True)


@pytest.fixture(autouse=True)
def _warnings(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "rota.platform.messaging.outbox")
