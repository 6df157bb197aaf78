"""Events between processes: who hears what, and who is told of a gap."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from redis.asyncio import Redis

from rota.platform.kernel import events
from rota.platform.kernel.events import MAX_PIECE, AuditedEvent, Event, Many
from rota.platform.kernel.ids import new_id
from rota.platform.messaging import bus as bus_module
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.delivery import Interrupted, Lagged, Subscription
from rota.platform.messaging.queue import open_redis
from rota.platform.resources import Resources
from tests.http.relay import redis_socket, relay
from tests.stores import Stores

ONE, TWO = new_id(), new_id()


@dataclass(frozen=True, kw_only=True)
class ThingChanged(Event):
    name: ClassVar[str] = "thing.changed"
    other: UUID | None = None


class ThingsChanged(Many[ThingChanged]):
    pass


@dataclass(frozen=True, kw_only=True)
class ThingRenamed(AuditedEvent):
    name: ClassVar[str] = "thing.renamed"


@dataclass(frozen=True, kw_only=True)
class OddityChanged(Event):
    name: ClassVar[str] = "oddity.changed"


@asynccontextmanager
async def listening(redis: Redis, *nouns: str) -> AsyncIterator[Bus]:
    bus = Bus(redis, nouns or ["thing", "oddity"])
    async with bus.listening(), asyncio.timeout(30):
        await bus.connected.wait()
        yield bus


@pytest.fixture
async def bus(resources: Resources) -> AsyncIterator[Bus]:
    async with listening(resources.redis) as bus:
        yield bus


async def ids(subscription: Subscription, many: int) -> list[str]:
    return [(await subscription.get()).id for _ in range(many)]


async def test_every_subscriber_of_the_noun_or_the_id_hears_it_and_nobody_else(bus: Bus) -> None:
    async with (
        bus.subscribe("thing") as all_things,
        bus.subscribe("thing") as all_things_too,
        bus.subscribe("thing", str(ONE)) as one,
        bus.subscribe("thing", str(TWO)) as two,
        bus.subscribe("oddity") as oddities,
        bus.subscribe("oddity", str(ONE)) as odd_one,
    ):
        events = [ThingChanged(id=ONE), ThingChanged(id=TWO), ThingChanged(id=ONE)]
        await bus.publish([*events, OddityChanged(id=TWO), OddityChanged(id=ONE)])
        for every in (all_things, all_things_too):
            assert await ids(every, 3) == [str(ONE), str(TWO), str(ONE)]
        assert await ids(one, 2) == [str(ONE)] * 2
        assert await ids(two, 1) == [str(TWO)]
        assert await ids(oddities, 2) == [str(TWO), str(ONE)]
        assert await ids(odd_one, 1) == [str(ONE)]
        for subscription in (all_things, all_things_too, one, two, oddities, odd_one):
            assert subscription._queue.empty()


async def test_what_is_about_many_reaches_who_follows_each(bus: Bus) -> None:
    things = [ThingChanged(id=new_id(), other=ONE) for _ in range(2 * MAX_PIECE + 1)]
    followed = [str(things[at].id) for at in (0, 7, MAX_PIECE, -1)]
    async with AsyncExitStack() as stack:
        all_things = await stack.enter_async_context(bus.subscribe("thing"))
        each = [await stack.enter_async_context(bus.subscribe("thing", one)) for one in followed]
        odd = await stack.enter_async_context(bus.subscribe("oddity", followed[0]))
        await bus.publish([ThingsChanged(things), OddityChanged(id=TWO), ThingChanged(id=TWO)])
        heard = [await all_things.get() for _ in range(len(things) + 1)]
        assert [message.id for message in heard] == [*(str(thing.id) for thing in things), str(TWO)]
        assert heard[7].fields == {"other": str(ONE)}
        for one, subscription in zip(followed, each, strict=True):
            assert await ids(subscription, 1) == [one]
        for subscription in (all_things, *each, odd):
            assert subscription._queue.empty()


async def test_D6_ten_thousand_at_once_cut_nobody_off(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    things = [ThingChanged(id=new_id()) for _ in range(10_000)]
    async with bus.subscribe("thing") as slow:
        await bus.publish([ThingsChanged([thing]) for thing in things])
        async with bus.subscribe("oddity") as then:
            await bus.publish([OddityChanged(id=ONE)])
            await then.get()  # all of it is here
        assert slow._queue.qsize() == len(things) // MAX_PIECE
        assert await ids(slow, len(things)) == [str(thing.id) for thing in things]
        monkeypatch.setattr(events, "MAX_PIECE", 1)  # the control: a message for each
        await bus.publish([ThingsChanged(things)])
        with pytest.raises(Lagged):
            await ids(slow, len(things))


async def test_a_bus_hears_only_of_its_nouns(resources: Resources) -> None:
    async with listening(resources.redis, "thing") as bus, bus.subscribe("oddity") as oddities:
        async with bus.subscribe("thing") as things:
            await bus.publish([OddityChanged(id=ONE), ThingChanged(id=TWO)])
            assert await ids(things, 1) == [str(TWO)]
        assert oddities._queue.empty()


async def test_an_event_travels_as_ids_without_what_the_audit_log_keeps(bus: Bus) -> None:
    async with bus.subscribe("thing") as things:
        changes = {"name": ("secret before", "secret after")}
        await bus.publish(
            [
                ThingChanged(id=ONE, other=TWO),
                ThingRenamed(id=TWO, subject_name="N", changes=changes),
            ]
        )
        first, second = await things.get(), await things.get()
    assert (first.name, first.id, first.fields) == ("thing.changed", str(ONE), {"other": str(TWO)})
    assert (second.name, second.id, second.fields) == ("thing.renamed", str(TWO), {})


async def test_subscribers_share_one_message(bus: Bus) -> None:
    async with bus.subscribe("thing") as one, bus.subscribe("thing", str(ONE)) as other:
        await bus.publish([ThingChanged(id=ONE)])
        assert await one.get() is await other.get()


async def test_who_left_is_forgotten(bus: Bus) -> None:
    with pytest.raises(ZeroDivisionError):
        async with bus.subscribe("thing"), bus.subscribe("thing", str(ONE)):
            raise ZeroDivisionError
    assert not bus._subscriptions


async def test_D6_who_is_too_slow_is_told_and_others_are_not(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "MAX_QUEUED", 2)
    async with bus.subscribe("thing", str(ONE)) as slow, bus.subscribe("thing", str(TWO)) as quick:
        await bus.publish([ThingChanged(id=ONE)] * 3 + [ThingChanged(id=TWO)])
        assert await ids(quick, 1) == [str(TWO)]
        with pytest.raises(Lagged):
            await slow.get()
        await bus.publish([ThingChanged(id=ONE)])
        assert await ids(slow, 1) == [str(ONE)]
        assert slow._queue.empty()


async def test_D6_a_killed_connection_is_a_gap_for_all_and_the_bus_goes_on(
    resources: Resources,
) -> None:
    redis = resources.redis
    others = {client["id"] for client in await redis.client_list(_type="pubsub")}
    async with (
        listening(redis) as bus,
        bus.subscribe("thing") as things,
        bus.subscribe("oddity", str(ONE)) as odd_one,
    ):
        clients = {client["id"] for client in await redis.client_list(_type="pubsub")}
        (ours,) = clients - others
        await redis.client_kill_filter(_id=ours)
        for subscription in (things, odd_one):
            with pytest.raises(Interrupted):
                await subscription.get()
        await bus.publish([ThingChanged(id=TWO), OddityChanged(id=ONE)])
        assert await ids(things, 1) == [str(TWO)]
        assert await ids(odd_one, 1) == [str(ONE)]


async def test_D6_while_redis_is_away_nothing_ends_and_its_return_is_a_gap(
    stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    async with relay(redis_socket(stores.redis_url)) as way:
        await way.cut()
        redis = open_redis(f"unix://{way.path}?db=0")
        bus = Bus(redis, ["thing"])
        async with bus.listening(), bus.subscribe("thing") as things, asyncio.timeout(30):
            for _ in range(2):
                with caplog.at_level(logging.WARNING, "rota.platform.messaging.bus"):
                    assert not await things.wait(0.2)
                assert not bus.connected.is_set()
                assert "live updates pause" in caplog.text
                caplog.clear()
                await way.mend()
                with pytest.raises(Interrupted):
                    await things.get()
                await bus.publish([ThingChanged(id=ONE)])
                assert await ids(things, 1) == [str(ONE)]
                await way.cut()
        await redis.aclose(close_connection_pool=True)


async def test_what_is_no_event_is_left_out(
    bus: Bus, resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    async with bus.subscribe("thing") as things:
        for rubbish in (b"{", b"[]", b"1", b"{}", b'{"name": "thing.changed"}', b"\xff"):
            await resources.redis.publish(f"rota:thing:{ONE}", rubbish)
        for rubbish in (
            b"[]",
            b'{"name": "thing.changed", "each": []}',
            b'{"name": "thing.changed", "each": [{"a": 1}]}',
        ):
            await resources.redis.publish("rota:thing:*", rubbish)
        await bus.publish([ThingChanged(id=TWO)])
        assert await ids(things, 1) == [str(TWO)]
        assert things._queue.empty()
    assert "came what is no event" in caplog.text


async def test_waiting_ends_with_a_message_a_gap_or_the_time(bus: Bus) -> None:
    async with bus.subscribe("thing") as things:
        assert not await things.wait(0.01)
        await bus.publish([ThingChanged(id=ONE), ThingChanged(id=TWO)])
        assert await things.wait(10)
        things.interrupt()
        assert await things.wait(10)
        assert not await things.wait(0)
