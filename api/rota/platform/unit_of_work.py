"""One change and all that belongs to it: commit, then publish, then enqueue.

The audit row and the rules of other slices run in the same transaction, so none
of them can be forgotten or half done. Only the unit of work commits. A change that is
one statement of its own goes through the same door.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from rota.platform.kernel.actor import SYSTEM, Actor
from rota.platform.kernel.events import AuditedEvent, Event, Fact, Many, Question
from rota.platform.kernel.jobs import Job
from rota.platform.resources import Resources
from rota.platform.storage.database import transaction

log = logging.getLogger(__name__)
ANNOUNCE_SECONDS = 0.2

Listener = Callable[["UnitOfWork", Any], Awaitable[None]]
R = TypeVar("R")


@dataclass(frozen=True)
class Rules:
    """What happens within the transaction of an event, wired in the process's root.
    A listener may refuse by raising a DomainError, but for what has happened already.
    `sources` are where workers take their work from, by the noun of what is claimed, in the order
    in which they are asked: a later one gets the room that the earlier ones leave."""

    audit: Callable[["UnitOfWork", AuditedEvent], Awaitable[None]]
    listeners: Mapping[type[Event] | type[Many[Any]] | type[Question], Sequence[Listener]]
    sources: Mapping[str, Sequence[Any]] = field(default_factory=dict)


class ListenerFailed(Exception):
    """A listener failed at what it may not refuse: nothing was written, and it is to be written
    again."""

    def __init__(self, listener: Listener, event: Fact | Question) -> None:
        name = getattr(listener, "__qualname__", repr(listener))
        super().__init__(
            f"{listener.__module__}.{name}, which listens to {type(event).__name__}, failed"
        )


@dataclass
class UnitOfWork:
    resources: Resources
    rules: Rules
    actor: Actor
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    events: list[Fact] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    may_be_refused: bool = True

    async def emit(self, event: Fact | Question) -> None:
        """Runs the listeners at once; what happened is published after the commit."""
        for listener in self.rules.listeners.get(type(event), ()):
            try:
                await listener(self, event)
            except Exception as error:
                if self.may_be_refused:
                    raise
                raise ListenerFailed(listener, event) from error
        if isinstance(event, AuditedEvent):
            await self.rules.audit(self, event)
        if not isinstance(event, Question):
            self.events.append(event)

    def enqueue(self, job: Job) -> None:
        self.jobs.append(job)


@asynccontextmanager
async def unit_of_work(
    resources: Resources, rules: Rules, actor: Actor, *, may_be_refused: bool = True
) -> AsyncIterator[UnitOfWork]:
    work = UnitOfWork(resources, rules, actor, may_be_refused=may_be_refused)
    async with transaction():
        yield work
    await announce(resources, work.events, work.jobs)


async def one_statement(
    resources: Resources,
    rules: Rules,
    kind: type[Many[Any]],
    write: Callable[[], Awaitable[R]],
    happened: Callable[[R], Sequence[Fact]],
    *,
    actor: Actor = SYSTEM,
    may_be_refused: bool = False,
) -> R:
    """A change that is one statement, and what happened by it, some of it of the `kind`. Where
    nobody listens to that, it stays one round trip; else statement and listeners are one
    transaction, and it raises what a listener refuses it with, or ListenerFailed."""
    if rules.listeners.get(kind):
        async with unit_of_work(resources, rules, actor, may_be_refused=may_be_refused) as work:
            written = await write()
            for fact in happened(written):
                await work.emit(fact)
    else:
        written = await write()
        await announce(resources, happened(written))
    return written


async def shortly_or_at_length(
    resources: Resources,
    rules: Rules,
    actor: Actor,
    kind: type[AuditedEvent],
    *,
    shortly: Callable[[UnitOfWork], Awaitable[R | None]],
    at_length: Callable[[UnitOfWork], Awaitable[R]],
) -> R:
    """A change that is one statement where nothing stands in its way: `shortly` makes it, past any
    transaction, or gives None and has changed nothing. Then `at_length`, in a transaction, says
    what is wrong, or makes it after all. Where somebody listens to the `kind` of what happens,
    that is the only way."""
    if not rules.listeners.get(kind):
        work = UnitOfWork(resources, rules, actor)
        made = await shortly(work)
        if made is not None:
            await announce(resources, work.events, work.jobs)
            return made
    async with unit_of_work(resources, rules, actor) as work:
        return await at_length(work)


async def announce(resources: Resources, events: Sequence[Fact], jobs: Sequence[Job] = ()) -> None:
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
