"""Carries events between processes over Redis pub/sub.

One connection a process; inside it, every subscriber has a bounded queue. The
bus has no memory: after a gap each subscriber is told, and must read anew. Also
where it was the publisher that could not reach Redis, while all others could.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.events import Event
from rota.platform.messaging.health import RedisAway
from rota.platform.messaging.outbox import GAP, Outbox, Parcel, Sent, Work

log = logging.getLogger(__name__)
T = TypeVar("T")
QUEUE_SIZE = 1000
RECONNECT_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)


class Interrupted(Exception):
    """Messages may have been missed: the bus was away."""


class Lagged(Exception):
    """Messages were missed: the subscriber was too slow."""


class Message:
    """An event as it arrives; all subscribers in the process share it."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.name: str = payload.pop("name")
        self.id: str = payload.pop("id")
        self.fields = payload
        self._loads: dict[Hashable, asyncio.Task[Any]] = {}

    async def once(self, key: Hashable, load: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The same for all subscribers, read from the database by the first; a read that failed
        is done again for the next."""
        task = self._loads.get(key)
        if task is None:
            task = self._loads[key] = asyncio.create_task(before_deadline(load()))
            task.add_done_callback(partial(self._forget_failure, key))
        result: T = await asyncio.shield(task)
        return result

    def _forget_failure(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if task.cancelled() or task.exception():
            del self._loads[key]


class Subscription:
    """An endless stream of messages; raises Interrupted or Lagged where it has a hole."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_SIZE)
        self._broken: Exception | None = None
        self._wake = asyncio.Event()

    def put(self, message: Message) -> None:
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            self._broken = Lagged()
        self._wake.set()

    def interrupt(self) -> None:
        self._broken = Interrupted()
        self._wake.set()

    async def get(self) -> Message:
        while True:
            if self._broken:
                broken, self._broken = self._broken, None
                self._drain()
                raise broken
            if not self._queue.empty():
                return self._queue.get_nowait()
            self._wake.clear()
            await self._wake.wait()

    async def wait(self, seconds: float) -> bool:
        """Until something arrived, or there was a gap, or the time is up; forgets what
        arrived. For those who take a message as no more than a reason to look."""
        try:
            return await self.newest(seconds) is not None
        except (Interrupted, Lagged):
            return True

    async def newest(self, seconds: float) -> Message | None:
        """The last of what arrived; None when the time is up."""
        try:
            async with asyncio.timeout(seconds):
                message = await self.get()
        except TimeoutError:
            return None
        while not self._queue.empty():
            message = self._queue.get_nowait()
        return message

    def _drain(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Message:
        return await self.get()


class Bus:
    """`nouns` are the kinds of event that this process may ever want to hear of."""

    def __init__(self, redis: Redis, nouns: Sequence[str]) -> None:
        self.outbox = Outbox(redis)
        self._redis = redis
        self._patterns = [*(f"rota:{noun}:*" for noun in nouns), GAP]
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._connections = 0
        self.connected = asyncio.Event()

    @property
    def reconnects(self) -> int:
        return max(0, self._connections - 1)

    @property
    def subscribers(self) -> int:
        return sum(map(len, self._subscriptions.values()))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._listen(), name="bus")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    def put(self, events: Sequence[Event], then: Work | None = None) -> Sent:
        """On their way, and what is to be done after them; the future tells what became of it."""
        parcels = [
            Parcel(f"rota:{event.channel}", orjson.dumps(event.payload())) for event in events
        ]
        return self.outbox.put(parcels, then)

    async def publish(self, events: Sequence[Event]) -> None:
        """Until Redis has taken them; raises RedisAway where it does not. Whoever stops waiting
        stops nothing else."""
        if away := await self.put(events):
            raise RedisAway from away.__cause__

    @asynccontextmanager
    async def subscribe(self, noun: str, id: str | None = None) -> AsyncIterator[Subscription]:
        """Registered when this is entered: what is published afterwards is not missed."""
        subscription = Subscription()
        topic = f"{noun}:{id or '*'}"
        self._subscriptions[topic].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[topic].discard(subscription)
            if not self._subscriptions[topic]:
                del self._subscriptions[topic]

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.psubscribe(*self._patterns)
                    async for raw in pubsub.listen():
                        if raw["type"] == "pmessage":
                            self._deliver(raw)
                        elif raw["data"] == len(self._patterns):
                            # Redis took the last pattern: only now is nothing missed any more.
                            failures = 0
                            self._connections += 1
                            self._interrupt_all()
                            self.connected.set()
            except (RedisError, OSError) as error:
                self.connected.clear()
                if failures == 0:
                    log.warning("Redis is away (%s); live updates pause.", type(error).__name__)
            delay = RECONNECT_SECONDS[min(failures, len(RECONNECT_SECONDS) - 1)]
            failures += 1
            await asyncio.sleep(delay)

    def _deliver(self, raw: dict[str, Any]) -> None:
        if raw["channel"].decode() == GAP:
            self._interrupt_all()
            return
        _, noun, subject = raw["channel"].decode().split(":", 2)
        targets = [
            *self._subscriptions.get(f"{noun}:{subject}", ()),
            *self._subscriptions.get(f"{noun}:*", ()),
        ]
        if targets:
            try:
                message = Message(orjson.loads(raw["data"]))
            except (ValueError, TypeError, LookupError, AttributeError):
                log.warning("On the channel of %s came what is no event.", noun)
                return
            for subscription in targets:
                subscription.put(message)

    def _interrupt_all(self) -> None:
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.interrupt()
