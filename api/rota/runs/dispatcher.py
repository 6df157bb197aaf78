"""The claim loop: takes queued runs, keeps their leases, sweeps up after the dead.

PostgreSQL is the truth; a message on the bus only wakes the loop, which looks each
second anyway.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from rota.assignments.registry import AgentRegistry
from rota.platform.kernel.errors import Unavailable
from rota.platform.messaging.bus import Interrupted, Lagged, Subscription
from rota.platform.resources import Resources
from rota.runs import claims
from rota.runs.claims import CancelRequested, Claim, ClaimLost
from rota.runs.execution import Execution
from rota.runs.models import RunStatus

log = logging.getLogger(__name__)
CAPACITY = 50
LOOK_SECONDS = 1.0
FINISH_SECONDS = 5.0
STORE_SECONDS = 1.5


class Stop(StrEnum):
    """Why a running task is cancelled."""

    CANCELLING = "cancelling"
    LOST = "lost"
    HAND_OVER = "hand over"


@dataclass
class Held:
    execution: Execution
    task: asyncio.Task[None]
    reason: Stop | None = None

    def stop(self, reason: Stop) -> None:
        """One that is being ended needs no stop: the fence decides, and lists must hear of it."""
        if self.reason is None and not self.execution.is_settled:
            self.reason = reason
            self.task.cancel()


class RunLoop:
    def __init__(self, resources: Resources, registry: AgentRegistry, worker: str) -> None:
        self._resources = resources
        self._registry = registry
        self._worker = worker
        self._held: dict[Claim, Held] = {}
        self._is_closing = False
        self._look = asyncio.Event()
        self._beat = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled; then nothing new is claimed, and the runs in flight get a
        moment to finish before they are handed over."""
        async with self._resources.bus.subscribe("run") as subscription:
            tasks = [
                asyncio.create_task(self._listen(subscription), name="runs: listen"),
                asyncio.create_task(
                    self._every_second(self._look, self._claim), name="runs: claim"
                ),
                asyncio.create_task(self._every_second(self._beat, self._keep), name="runs: keep"),
            ]
            try:
                ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    task.result()
            finally:
                await self._wind_down(claiming=tasks[1])
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    async def _listen(self, subscription: Subscription) -> None:
        while True:
            try:
                message = await subscription.get()
            except (Interrupted, Lagged):
                self._look.set()
                self._beat.set()
                continue
            match message.fields.get("status"):
                case RunStatus.QUEUED:
                    self._look.set()
                case RunStatus.CANCELLING:
                    self._beat.set()

    async def _every_second(self, wake: asyncio.Event, step: Callable[[], Awaitable[None]]) -> None:
        while wake is self._beat or not self._is_closing:
            wake.clear()
            try:
                await step()
            except Unavailable as error:
                log.warning("The database is away (%s).", error.reason)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await wake.wait()

    async def _claim(self) -> None:
        free = CAPACITY - len(self._held)
        if free > 0:
            for claim in await claims.claim_runs(self._resources, self._worker, free):
                execution = Execution(self._resources, self._registry, claim)
                task = asyncio.create_task(self._work(execution), name=f"run {claim.run_id}")
                self._held[claim] = Held(execution, task)

    async def _keep(self) -> None:
        """The heartbeat: also where a worker learns that a run is to stop or is lost."""
        held = dict(self._held)
        if held:
            statuses = await claims.renew(list(held))
            for claim, one in held.items():
                status = statuses.get(claim)
                if status is None:
                    one.stop(Stop.LOST)
                elif status is RunStatus.CANCELLING:
                    one.stop(Stop.CANCELLING)
        await claims.sweep(self._resources)

    async def _work(self, execution: Execution) -> None:
        claim = execution.claim
        try:
            try:
                await self._perform(execution)
            except Unavailable:
                log.warning("Run %s was interrupted: the database is away.", claim.run_id)
                await self._give_back(execution)
        except ClaimLost:
            log.warning("Run %s went on elsewhere.", claim.run_id)
        except Exception as error:
            # The lease runs out, and the sweep gives the run to whoever is well.
            log.exception("Run %s was dropped (%s).", claim.run_id, type(error).__name__)
        finally:
            if len(self._held) >= CAPACITY:
                self._look.set()  # until now there was no room
            del self._held[claim]

    async def _perform(self, execution: Execution) -> None:
        try:
            await execution.perform()
        except CancelRequested:
            await self._conclude(execution, Stop.CANCELLING)
        except asyncio.CancelledError:
            await self._conclude(execution, self._held[execution.claim].reason)

    async def _give_back(self, execution: Execution) -> None:
        """As soon as the database is there again: nobody waits for the lease to run out then, or
        counts it as lost."""
        execution.is_settled = True
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(Unavailable):
                return await self._conclude(execution, Stop.HAND_OVER)

    async def _conclude(self, execution: Execution, reason: Stop | None) -> None:
        claim, used = execution.claim, execution.used
        try:
            if reason is Stop.HAND_OVER:
                await claims.hand_over(self._resources, claim, "Its worker could not go on.", used)
        except CancelRequested:
            reason = Stop.CANCELLING
        if reason is Stop.CANCELLING:
            await claims.confirm_cancelled(self._resources, claim, used)

    async def _wind_down(self, claiming: asyncio.Task[None]) -> None:
        """What is being claimed at this moment is claimed, then handed over in order; where
        the database does not answer, the leases run out instead."""
        self._is_closing = True
        self._look.set()
        await asyncio.wait([claiming], timeout=STORE_SECONDS)
        if tasks := [one.task for one in self._held.values()]:
            await asyncio.wait(tasks, timeout=FINISH_SECONDS)
        for one in list(self._held.values()):
            one.stop(Stop.HAND_OVER)
        if tasks := [one.task for one in self._held.values()]:
            await asyncio.wait(tasks, timeout=STORE_SECONDS)
