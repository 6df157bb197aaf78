"""The instances that stand ready in all workers, as the workers tell of them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from rota.platform.messaging.presence import read_workers
from rota.platform.resources import Resources

PAUSE_SECONDS = 1.0
LOOK_SECONDS = 5.0
# What AgentRegistry.snapshot says of it, and the name of its worker.
Instance: TypeAlias = dict[str, Any]
DATES = ("createdAt", "lastUsedAt")
NUMBERS = ("agentRevision", "taskRevision", "useCount", "runningCount")
MAX_NUMBER = 2**31 - 1  # of GraphQL's Int


async def list_instances(resources: Resources) -> list[Instance]:
    """By the names of their workers; none where Redis is away. What a worker of another version
    tells in another way is passed over."""
    return [
        {**instance, "worker": presence.worker}
        for presence in await read_workers(resources.redis)
        for instance in presence.instances
        if _is_readable(instance)
    ]


def _is_readable(instance: Mapping[str, Any]) -> bool:
    try:
        UUID(instance["assignmentId"])
        dates = [datetime.fromisoformat(instance[name]) for name in DATES]
        numbers = [instance[name] for name in NUMBERS]
    except (LookupError, ValueError, TypeError, AttributeError):
        return False
    are_numbers = all(type(one) is int and 0 <= one <= MAX_NUMBER for one in numbers)
    return are_numbers and all(one.tzinfo for one in dates) and isinstance(instance.get("id"), str)


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
