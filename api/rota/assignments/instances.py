"""The instances that stand ready in all workers, as the workers tell of them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from rota.platform.messaging.presence import read_workers
from rota.platform.resources import Resources

PAUSE_SECONDS = 1.0
LOOK_SECONDS = 5.0
# What AgentRegistry.snapshot says of it, and the name of its worker.
Instance: TypeAlias = dict[str, Any]


async def list_instances(resources: Resources) -> list[Instance]:
    """By the names of their workers; none where Redis is away."""
    return [
        {"worker": presence.worker, **instance}
        for presence in await read_workers(resources.redis)
        for instance in presence.instances
    ]


async def instances_by_assignment(
    resources: Resources, ids: Sequence[UUID]
) -> list[list[Instance]]:
    """A batch read: those of each assignment."""
    groups: dict[UUID, list[Instance]] = defaultdict(list)
    for instance in await list_instances(resources):
        groups[UUID(instance["assignmentId"])].append(instance)
    return [groups[key] for key in ids]


async def follow_instances(resources: Resources) -> AsyncGenerator[list[Instance], None]:
    """The whole list at once, and whenever it changed, at most once a second. To be closed."""
    last = None
    async with resources.bus.subscribe("worker") as subscription:
        while True:
            instances = await list_instances(resources)
            if instances != last:
                last = instances
                yield instances
                await asyncio.sleep(PAUSE_SECONDS)
            # A worker that dies says nothing; its list expires.
            await subscription.wait(LOOK_SECONDS)
