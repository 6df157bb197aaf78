"""What a test sees from outside: rows, events, jobs, statements, subscribers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from rota.graphql.planning.execution import events
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.events import Event
from rota.platform.kernel.ids import new_id
from rota.platform.messaging.delivery import Message, Subscription
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from tests.conftest import INTERPRETER, context_for, read_whole


async def stored(*tables: str) -> dict[str, list[dict[str, Any]]]:
    """Everything in these tables and the audit log: equal before and after, nothing changed."""
    return {
        table: await fetch(f"SELECT t::text FROM {table} t ORDER BY 1")
        for table in (*tables, "audit_entry")
    }


async def queued(resources: Resources) -> list[tuple[str, dict[str, Any]]]:
    """The waiting jobs: name and payload, oldest first."""
    return [(job.function, job.kwargs) for job in await resources.redis.queued_jobs()]


class Ear:
    """Hears the events of a noun in the order of their publishing."""

    def __init__(self, resources: Resources, noun: str, subscription: Subscription) -> None:
        self._bus = resources.bus
        self._subscription = subscription

        @dataclass(frozen=True, kw_only=True)
        class Mark(Event):
            name = f"{noun}.marked"

        self._mark = Mark(id=new_id())

    async def messages(self) -> list[Message]:
        """All since the last call: whatever was published before the mark is here before it."""
        await self._bus.publish([self._mark])
        found = []
        while (message := await self._subscription.get()).name != self._mark.name:
            found.append(message)
        return found

    async def names(self) -> list[str]:
        return [message.name for message in await self.messages()]


@asynccontextmanager
async def hearing(resources: Resources, noun: str) -> AsyncIterator[Ear]:
    """From now on: what was published before and is still on its way does not count."""
    async with resources.bus.subscribe(noun) as subscription:
        ear = Ear(resources, noun, subscription)
        await ear.messages()
        yield ear


class Subscriber:
    """A GraphQL client that subscribed, and is heard of by the bus."""

    def __init__(
        self, resources: Resources, document: str, variables: dict[str, Any], role: Role
    ) -> None:
        self._context = context_for(resources, Actor(name="Ada", role=role))
        self._document = document
        self._variables = variables
        self._payloads: asyncio.Queue[Any] = asyncio.Queue()
        self.task = asyncio.create_task(self._read())

    async def next(self) -> Any:
        """The one field of the next payload."""
        async with asyncio.timeout(10):
            data = await self._payloads.get()
        (field,) = data.values()
        return field

    async def _read(self) -> None:
        executor = INTERPRETER.prepare(self._document, self._variables, None, self._context)
        async for event in events(executor):
            assert not event.result.errors, event.result.errors
            self._payloads.put_nowait(read_whole(event.result.data))


@asynccontextmanager
async def subscriber(
    resources: Resources, document: str, role: Role = Role.VIEWER, **variables: Any
) -> AsyncIterator[Subscriber]:
    """Entered once the subscription is registered: it misses nothing from then on, and what
    was published before has passed."""
    async with hearing(resources, "test"):
        pass
    before = _registered(resources)
    client = Subscriber(resources, document, variables, role)
    while _registered(resources) == before and not client.task.done():  # noqa: ASYNC110 (yields only)
        await asyncio.sleep(0)
    try:
        yield client
    finally:
        client.task.cancel()
        await asyncio.wait([client.task])
        if not client.task.cancelled():
            client.task.result()


def _registered(resources: Resources) -> int:
    return sum(map(len, resources.bus._subscriptions.values()))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    seen: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    logger = logging.getLogger("tortoise.db_client")
    level, handler = logger.level, Handler()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
