"""One change and all that belongs to it: commit, then publish, then enqueue.

The audit row and the rules of other slices run in the same transaction, so none
of them can be forgotten or half done. Only the unit of work commits.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from rota.platform.kernel.actor import Actor
from rota.platform.kernel.events import AuditedEvent, Event
from rota.platform.kernel.jobs import Job
from rota.platform.resources import Resources
from rota.platform.storage.database import transaction

log = logging.getLogger(__name__)
ANNOUNCE_SECONDS = 0.2

Listener = Callable[["UnitOfWork", Any], Awaitable[None]]


@dataclass(frozen=True)
class Rules:
    """What happens within the transaction of an event, wired in the process's root.
    A listener may refuse by raising a DomainError."""

    audit: Callable[["UnitOfWork", AuditedEvent], Awaitable[None]]
    listeners: Mapping[type[Event], Sequence[Listener]]


@dataclass
class UnitOfWork:
    resources: Resources
    rules: Rules
    actor: Actor
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    events: list[Event] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    async def emit(self, event: Event) -> None:
        """Runs the listeners at once; the event is published after the commit."""
        for listener in self.rules.listeners.get(type(event), ()):
            await listener(self, event)
        if isinstance(event, AuditedEvent):
            await self.rules.audit(self, event)
        self.events.append(event)

    def enqueue(self, job: Job) -> None:
        self.jobs.append(job)


@asynccontextmanager
async def unit_of_work(
    resources: Resources, rules: Rules, actor: Actor
) -> AsyncIterator[UnitOfWork]:
    work = UnitOfWork(resources, rules, actor)
    async with transaction():
        yield work
    await announce(resources, work.events, work.jobs)


async def announce(resources: Resources, events: Sequence[Event], jobs: Sequence[Job] = ()) -> None:
    """What was committed stands, whether Redis hears of it or not: sweeps make up for
    a lost job, and subscribers read anew once the bus is back. Waited for a moment only; what is on
    its way by then goes on."""
    if not events and not jobs:
        return
    sent = resources.bus.put(events, partial(resources.queue.enqueue, jobs) if jobs else None)
    try:
        async with asyncio.timeout(ANNOUNCE_SECONDS):
            away = await sent
    except TimeoutError as error:
        _note(error)
    else:
        if away:
            _note(away.__cause__ or away)


def _note(error: BaseException) -> None:
    """The outbox says it once, and not for each event of an outage."""
    log.debug("Redis did not take a notification (%s).", type(error).__name__)
