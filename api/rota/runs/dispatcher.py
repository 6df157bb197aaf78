"""Gives a worker its runs: what it claims from which source, and what becomes of each claim."""

import logging
from collections.abc import Sequence

from rota.assignments.registry import AgentRegistry
from rota.platform.leases import Stop, Wake
from rota.platform.messaging.delivery import Message
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules
from rota.runs import claims
from rota.runs.claims import CancelRequested, Claim, ClaimLost, Source
from rota.runs.execution import Execution
from rota.runs.models import RunStatus

log = logging.getLogger(__name__)
CAPACITY = 50
ENDS = "Its worker was told to end."
COULD_NOT_GO_ON = "Its worker could not go on: the database was away."


class Dispatcher:
    """The leased rows that are runs. `sources` come in their order: a later one gets the room that
    the earlier ones leave."""

    noun = "run"
    capacity = CAPACITY

    def __init__(
        self,
        resources: Resources,
        rules: Rules,
        sources: Sequence[Source],
        registry: AgentRegistry,
        worker: str,
    ) -> None:
        self._resources = resources
        self._rules = rules
        self._sources = sources
        self._registry = registry
        self._worker = worker

    def reason(self, message: Message) -> Wake | None:
        match message.fields.get("status"):
            case RunStatus.QUEUED:
                return Wake.CLAIM
            case RunStatus.CANCELLING:
                return Wake.RENEW
        return None

    async def claim(self, room: int) -> dict[Claim, "ClaimedRun"]:
        claimed: list[Claim] = []
        for source in self._sources:
            if left := room - len(claimed):
                claimed += await source(self._resources, self._rules, self._worker, left)
        return {claim: self._work_on(claim) for claim in claimed}

    async def renew(self, claimed: Sequence[Claim]) -> dict[Claim, Stop | None]:
        statuses = await claims.renew(claimed)
        return {
            claim: Stop.ASKED if status is RunStatus.CANCELLING else None
            for claim, status in statuses.items()
        }

    async def sweep(self) -> None:
        await claims.sweep(self._resources, self._rules)

    def _work_on(self, claim: Claim) -> "ClaimedRun":
        execution = Execution(self._resources, self._rules, self._registry, claim)
        return ClaimedRun(self._resources, self._rules, execution)


class ClaimedRun:
    def __init__(self, resources: Resources, rules: Rules, execution: Execution) -> None:
        self.name = f"run {execution.claim.run_id}"
        self._resources = resources
        self._rules = rules
        self._execution = execution

    @property
    def is_settled(self) -> bool:
        return self._execution.is_settled

    async def perform(self) -> None:
        try:
            await self._execution.perform()
        except CancelRequested:
            await self.conclude(Stop.ASKED)
        except ClaimLost:
            self._say_lost()

    async def conclude(self, stop: Stop) -> None:
        try:
            if stop in (Stop.REQUEUE, Stop.INTERRUPTED):
                await self._requeue(is_interrupted=stop is Stop.INTERRUPTED)
            elif stop is Stop.ASKED:
                await self._confirm_cancelled()
        except ClaimLost:
            self._say_lost()

    async def _requeue(self, *, is_interrupted: bool) -> None:
        claim, used = self._execution.claim, self._execution.used()
        reason = COULD_NOT_GO_ON if is_interrupted else ENDS
        try:
            await claims.requeue(
                self._resources, self._rules, claim, reason, used, is_interrupted=is_interrupted
            )
        except CancelRequested:
            await self._confirm_cancelled()

    async def _confirm_cancelled(self) -> None:
        claim, used = self._execution.claim, self._execution.used()
        await claims.confirm_cancelled(self._resources, self._rules, claim, used)

    def _say_lost(self) -> None:
        log.warning("The %s went on elsewhere.", self.name)
