"""Carries events between processes over Redis pub/sub.

One connection a process; inside it, every subscriber has its own queue. The
bus has no memory: after a gap each subscriber is told, and must read anew. Also
where it was the publisher that could not reach Redis, while all others could.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from rota.platform.kernel.events import OF_MANY, Fact, envelopes
from rota.platform.messaging.delivery import Latest, Message, Subscription, unfold
from rota.platform.messaging.health import RedisAway
from rota.platform.messaging.outbox import GAP, Outbox, Parcel, Sent, Work

log = logging.getLogger(__name__)
MAX_QUEUED = 1000  # entries in the queue of a subscriber
RECONNECT_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)


class Bus:
    """`nouns` are the kinds of event that this process may ever want to hear of."""

    def __init__(self, redis: Redis, nouns: Sequence[str]) -> None:
        self.outbox = Outbox(redis)
        self._redis = redis
        self._patterns = [*(f"rota:{noun}:*" for noun in nouns), GAP]
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._latest = Latest()
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

    def put(self, events: Sequence[Fact], then: Work | None = None) -> Sent:
        """On their way, and what is to be done after them; the future tells what became of it."""
        parcels = [
            Parcel(f"rota:{envelope.channel}", orjson.dumps(envelope.payload))
            for envelope in envelopes(events)
        ]
        return self.outbox.put(parcels, then)

    async def publish(self, events: Sequence[Fact]) -> None:
        """Until Redis has taken them; raises RedisAway where it does not. Whoever stops waiting
        stops nothing else."""
        if away := await self.put(events):
            raise RedisAway from away.__cause__

    @asynccontextmanager
    async def subscribe(self, noun: str, id: str | None = None) -> AsyncIterator[Subscription]:
        """Registered when this is entered: what is published afterwards is not missed."""
        subscription = Subscription(MAX_QUEUED)
        topic = f"{noun}:{id or OF_MANY}"
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
        is_of_many = subject == OF_MANY
        followers = () if is_of_many else self._subscribers_of(noun, subject)
        everybody = self._subscribers_of(noun, OF_MANY)
        if not (is_of_many or followers or everybody):
            return
        try:
            messages = unfold(orjson.loads(raw["data"]), self._latest)
        except (ValueError, TypeError, LookupError, AttributeError):
            log.warning("On the channel of %s came what is no event.", noun)
            return
        _put(messages, [*followers, *everybody])
        if is_of_many:
            for message in messages:
                _put([message], self._subscribers_of(noun, message.id))

    def _subscribers_of(self, noun: str, subject: str) -> Collection[Subscription]:
        return self._subscriptions.get(f"{noun}:{subject}", ())

    def _interrupt_all(self) -> None:
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.interrupt()


def _put(messages: Sequence[Message], subscriptions: Iterable[Subscription]) -> None:
    for subscription in subscriptions:
        subscription.put(messages)
