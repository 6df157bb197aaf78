"""Batch reads of assignments, and of the instances that stand ready for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from rota.assignments.models import Assignment
from rota.platform.messaging.presence import WorkerPresence, read_workers
from rota.platform.resources import Resources
from rota.platform.storage.records import Lookup

ACTIVE = "AND is_active ORDER BY id DESC"

assignments = Lookup(Assignment)
active_assignments_of_agent = Lookup(Assignment, "agent_id", ACTIVE)
active_assignments_of_task = Lookup(Assignment, "task_id", ACTIVE)


async def instances_by_assignment(
    resources: Resources, ids: Sequence[UUID]
) -> list[list[dict[str, Any]]]:
    """As `instances_of` gives them."""
    instances = instances_of(await read_workers(resources.redis))
    return _grouped(ids, ((UUID(one["assignmentId"]), one) for one in instances))


def instances_of(workers: Sequence[WorkerPresence]) -> list[dict[str, Any]]:
    """All workers' instances, each with its worker's name."""
    return [
        {"worker": presence.worker, **instance}
        for presence in workers
        for instance in presence.instances
    ]


def _grouped(ids: Sequence[UUID], pairs: Iterable[tuple[UUID, Any]]) -> list[list[Any]]:
    groups: dict[UUID, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return [groups[key] for key in ids]
