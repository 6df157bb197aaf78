"""The loop of a worker over a table of leased rows: claim, renew, sweep, and drain at the end.

PostgreSQL is the truth; a message on the bus only wakes the loop, which looks each second anyway.
The table, its statements and what is to be done with a row are a parameter.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

from rota.platform.kernel.errors import Unavailable
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.delivery import Interrupted, Lagged, Message, Subscription
from rota.platform.unit_of_work import ListenerFailed

log = logging.getLogger(__name__)
T = TypeVar("T")
C = TypeVar("C", bound=Hashable)
LOOK_SECONDS = 1.0
FINISH_SECONDS = 5.0
STORE_SECONDS = 1.5
AGAIN_SECONDS = (0.1, 0.2, 0.5, 1.0)


class Wake(Enum):
    """What a message is a reason for."""

    CLAIM = auto()
    RENEW = auto()


class Stop(Enum):
    """Why work is broken off: somebody wants it to end, its lease is another's, its worker is to
    end, or could not go on with it."""

    ASKED = auto()
    LOST = auto()
    REQUEUE = auto()
    INTERRUPTED = auto()


class Work(Protocol):
    """What a claimed row asks for."""

    name: str

    @property
    def is_settled(self) -> bool:
        """Once its end is known and only to be written: it is not broken off any more."""

    async def perform(self) -> None:
        """To its end, unless it is cancelled."""

    async def conclude(self, stop: Stop) -> None:
        """Writes down what became of it, as soon as the database takes it."""


class Leases(Protocol[C]):
    """A table of leased rows. A claim names a row and the attempt it was claimed with."""

    noun: str
    capacity: int

    def reason(self, message: Message) -> Wake | None:
        """What a message about the noun wakes the loop for."""

    async def claim(self, room: int) -> Mapping[C, Work]: ...

    async def renew(self, claimed: Sequence[C]) -> Mapping[C, Stop | None]:
        """What each is to be stopped for; one that is missing is lost."""

    async def sweep(self) -> None:
        """Settles rows whose worker stopped renewing."""


@dataclass
class Held:
    work: Work
    task: asyncio.Task[None]
    stopped: Stop | None = None

    def stop(self, stop: Stop) -> None:
        """One that is being ended needs no stop: the fence decides, and lists must hear of it."""
        if self.stopped is None and not self.work.is_settled:
            self.stopped = stop
            self.task.cancel()


class LeaseLoop(Generic[C]):
    def __init__(self, bus: Bus, leases: Leases[C]) -> None:
        self._bus = bus
        self._leases = leases
        self._held: dict[C, Held] = {}
        # How much is held at most: half of it, each time that the database does not take what
        # there is to store; twice as much with each beat that it does.
        self._bound = leases.capacity
        self._is_draining = False
        self._look = asyncio.Event()
        self._beat = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled; then nothing new is claimed, and the work in hand gets a
        moment to finish before it is requeued."""
        noun = self._leases.noun
        async with self._bus.subscribe(noun) as subscription:
            tasks = [
                asyncio.create_task(self._listen(subscription), name=f"{noun}: listen"),
                asyncio.create_task(
                    self._every_second(self._look, self._claim), name=f"{noun}: claim"
                ),
                asyncio.create_task(
                    self._every_second(self._beat, self._renew), name=f"{noun}: renew"
                ),
            ]
            try:
                ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    task.result()
            finally:
                await self._drain(claiming=tasks[1])
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks, timeout=STORE_SECONDS)

    async def _listen(self, subscription: Subscription) -> None:
        while True:
            try:
                reason = self._leases.reason(await subscription.get())
            except (Interrupted, Lagged):
                self._look.set()
                self._beat.set()
                continue
            if reason is Wake.CLAIM:
                self._look.set()
            elif reason is Wake.RENEW:
                self._beat.set()

    async def _every_second(self, wake: asyncio.Event, step: Callable[[], Awaitable[None]]) -> None:
        while wake is self._beat or not self._is_draining:
            wake.clear()
            try:
                await step()
            except ListenerFailed as error:
                log.warning("%s; the next look tries again.", error, exc_info=error)
            except Unavailable as error:
                log.warning("The database is away (%s).", error.reason)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await wake.wait()

    async def _claim(self) -> None:
        room = min(self._bound, self._leases.capacity) - len(self._held)
        if room > 0:
            for claim, work in (await self._leases.claim(room)).items():
                task = asyncio.create_task(self._work(claim, work), name=work.name)
                self._held[claim] = Held(work, task)

    async def _renew(self) -> None:
        """The heartbeat: also where a worker learns that work is to stop or is lost."""
        held = dict(self._held)
        if held:
            stops = await self._leases.renew(list(held))
            self._bound = min(self._bound * 2, self._leases.capacity)
            for claim, one in held.items():
                if stop := stops.get(claim, Stop.LOST):
                    one.stop(stop)
        await self._leases.sweep()

    async def _work(self, claim: C, work: Work) -> None:
        try:
            try:
                await work.perform()
            except asyncio.CancelledError:
                stopped = self._held[claim].stopped
                if stopped:
                    await work.conclude(stopped)
            except Unavailable:
                # Nobody waits for the lease to run out then, or counts it as lost.
                log.warning("The %s was interrupted: the database is away.", work.name)
                self._bound = max(1, min(self._bound, len(self._held)) // 2)
                self._held[claim].stopped = Stop.INTERRUPTED
                await work.conclude(Stop.INTERRUPTED)
        except Exception as error:
            # The lease runs out, and the sweep gives the row to whoever is well.
            log.exception("The %s was dropped (%s).", work.name, type(error).__name__)
        finally:
            if len(self._held) >= self._leases.capacity:
                self._look.set()  # until now there was no room
            del self._held[claim]

    async def _drain(self, claiming: asyncio.Task[None]) -> None:
        """What is being claimed at this moment is claimed, then requeued in order; where the
        database does not answer, the leases run out instead."""
        self._is_draining = True
        self._look.set()
        await asyncio.wait([claiming], timeout=STORE_SECONDS)
        if tasks := [one.task for one in self._held.values()]:
            await asyncio.wait(tasks, timeout=FINISH_SECONDS)
        for one in list(self._held.values()):
            one.stop(Stop.REQUEUE)
        if tasks := [one.task for one in self._held.values()]:
            await asyncio.wait(tasks, timeout=STORE_SECONDS)


async def until_written(what: str, write: Callable[[], Awaitable[T]]) -> T:
    """Again and again, while the database is away or a listener fails; which one, the log says."""
    failures = 0
    while True:
        try:
            return await write()
        except ListenerFailed as error:
            cause = error if failures == 0 else None
            log.warning("%s; %s is written again.", error, what, exc_info=cause)
        except Unavailable as error:
            if failures == 0:
                log.warning("The database is away (%s); %s is written later.", error.reason, what)
        await asyncio.sleep(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
        failures += 1
