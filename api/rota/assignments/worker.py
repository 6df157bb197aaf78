"""Jobs about assignments, and letting go of instances that no new run will use."""

import logging
from uuid import UUID

from rota.assignments.jobs import PrepareInstance
from rota.assignments.registry import AgentRegistry
from rota.platform.kernel.errors import Unavailable
from rota.platform.resources import Resources

log = logging.getLogger(__name__)
LOOK_SECONDS = 60.0


class AssignmentJobs:
    def __init__(self, resources: Resources, registry: AgentRegistry) -> None:
        self._resources = resources
        self._registry = registry
        self.handlers = {PrepareInstance.name: self.prepare}

    async def prepare(self, assignment_id: str) -> None:
        await self._registry.prepare(UUID(assignment_id))

    async def release(self) -> None:
        """Runs beside the jobs, in every worker: a job reaches one of them only."""
        async with self._resources.bus.subscribe("assignment") as subscription:
            while True:
                await subscription.wait(LOOK_SECONDS)
                try:
                    await self._registry.release_inactive()
                except Unavailable as error:
                    log.warning("The database is away (%s).", error.reason)
