"""Instances in a worker: made ahead of their first run, told of, and let go of."""

import logging
from uuid import UUID

from rota.assignments.jobs import PrepareInstance
from rota.assignments.registry import AgentRegistry
from rota.platform.kernel.errors import Unavailable
from rota.platform.messaging.presence import keep_presence
from rota.platform.resources import Resources
from rota.platform.worker import WorkerProcess, WorkerSlice

log = logging.getLogger(__name__)
LOOK_SECONDS = 60.0


def agent_registry(process: WorkerProcess) -> AgentRegistry:
    """For `process.once`: all slices use the same instances."""
    return AgentRegistry(process.resources, process.name)


async def prepare(process: WorkerProcess, assignment_id: str) -> None:
    await process.once(agent_registry).prepare(UUID(assignment_id))


async def show_instances(process: WorkerProcess) -> None:
    """Tells all processes that this worker is there, and what stands ready in it."""
    resources, registry = process.resources, process.once(agent_registry)
    async with keep_presence(
        resources.redis, resources.bus, process.name, registry.snapshot, registry.changed
    ):
        await release_inactive(resources, registry)


async def release_inactive(resources: Resources, registry: AgentRegistry) -> None:
    """Lets go of instances that no new run will use; in every worker, where a job reaches one."""
    async with resources.bus.subscribe("assignment") as subscription:
        while True:
            await subscription.wait(LOOK_SECONDS)
            try:
                await registry.release_inactive()
            except Unavailable as error:
                log.warning("The database is away (%s).", error.reason)


SLICE = WorkerSlice(
    handlers={PrepareInstance: prepare},
    loops=[show_instances],
    nouns=["assignment"],
)
