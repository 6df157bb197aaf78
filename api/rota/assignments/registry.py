"""The instances of one worker: models that stand ready for their assignment's next run."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from rota.agents.models import AgentRevision
from rota.agents.service import current_revision as current_agent_revision
from rota.assignments.models import Assignment
from rota.contracts import ContractModel, generate_model_from_json_schema, weight_of
from rota.inference.preparing import Target, prepare
from rota.platform.kernel.cache import Cache
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.storage.records import Unchanging
from rota.providers.errors import KeyUnusable
from rota.providers.models import Provider
from rota.tasks.models import TaskRevision
from rota.tasks.service import current_revision as current_task_revision

log = logging.getLogger(__name__)
MAX_INSTANCES_BYTES = 8 * 1024 * 1024
OWN_BYTES = 4_000  # of a target

# Assignment, agent revision, task revision, provider and its connection's revision.
Key = tuple[UUID, UUID, UUID, UUID, int]


@dataclass(eq=False, kw_only=True)
class Instance:
    """What a run asks, and the contract that its answer is to keep."""

    assignment_id: UUID
    agent_revision: int
    task_revision: int
    target: Target
    contract: type[ContractModel]
    id: UUID = field(default_factory=new_id)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    last_used_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    use_count: int = 0
    running_count: int = 0


class AgentRegistry:
    """At most one instance for each key. All are held weakly, so one lives as long as a run
    uses it; beyond that, only the latest of the `capacity` latest-used assignments are kept, and
    fewer where they are heavy. `changed` is set whenever the `snapshot` may have changed."""

    def __init__(self, resources: Resources, worker_id: str, capacity: int = 64) -> None:
        self.worker_id = worker_id
        self.capacity = capacity
        self.changed = asyncio.Event()
        self.agent_revisions = Unchanging(AgentRevision)
        self.task_revisions = Unchanging(TaskRevision)
        self._resources = resources
        self._alive: WeakValueDictionary[Key, Instance] = WeakValueDictionary()
        self._kept: Cache[UUID, Instance] = Cache(
            MAX_INSTANCES_BYTES, self._weight, released=self.changed.set
        )

    @asynccontextmanager
    async def use(
        self,
        assignment_id: UUID,
        agent_revision: AgentRevision,
        task_revision: TaskRevision,
        provider: Provider,
    ) -> AsyncIterator[Instance]:
        """Raises KeyUnusable."""
        instance = self.get_or_create(assignment_id, agent_revision, task_revision, provider)
        instance.use_count += 1
        instance.running_count += 1
        instance.last_used_at = datetime.now(UTC)
        self.changed.set()
        try:
            yield instance
        finally:
            instance.running_count -= 1
            self.changed.set()

    def get_or_create(
        self,
        assignment_id: UUID,
        agent_revision: AgentRevision,
        task_revision: TaskRevision,
        provider: Provider,
    ) -> Instance:
        """Nothing is awaited between looking and building, so nobody builds the same twice."""
        connection = (provider.id, provider.connection_revision)
        key = (assignment_id, agent_revision.id, task_revision.id, *connection)
        instance = self._alive.get(key)
        if instance is None:
            contract = generate_model_from_json_schema(task_revision.response_schema)
            target = prepare(self._resources, provider, agent_revision.model_name)
            instance = Instance(
                assignment_id=assignment_id,
                agent_revision=agent_revision.revision,
                task_revision=task_revision.revision,
                target=target,
                contract=contract,
            )
            self._alive[key] = instance
            self.changed.set()
        instance.target = instance.target.named(provider.name)
        self._keep(instance)
        return instance

    async def prepare(self, assignment_id: UUID) -> Instance | None:
        """The instance that the assignment's next run will use; None where it can have none."""
        assignment = await Assignment.get_or_none(id=assignment_id, is_active=True)
        if assignment is None:
            return None
        agent_revision = await current_agent_revision(assignment.agent_id)
        task_revision = await current_task_revision(assignment.task_id)
        if agent_revision is None or task_revision is None:
            return None
        provider = await Provider.get_or_none(id=agent_revision.provider_id)
        if provider is None:
            return None
        try:
            return self.get_or_create(assignment_id, agent_revision, task_revision, provider)
        except KeyUnusable as error:
            log.warning("No instance for assignment %s: %s", assignment_id, error.message)
            return None

    async def warm_up(self, latest_used: Iterable[UUID] = ()) -> None:
        """For a worker's start: these active assignments first, then the newest, up to the
        capacity. What was used last is kept longest."""
        newest = await Assignment.filter(is_active=True).order_by("-id").limit(self.capacity)
        ids = [*latest_used, *(row.id for row in newest)]
        wanted = list(dict.fromkeys(ids))[: self.capacity]
        for assignment_id in reversed(wanted):
            await self.prepare(assignment_id)

    async def release_inactive(self) -> None:
        """Lets go of what no new run will use; a run under way keeps its own."""
        held = list(self._kept)
        active = {row.id for row in await Assignment.filter(id__in=held, is_active=True)}
        for assignment_id in held:
            if assignment_id not in active and assignment_id in self._kept:
                del self._kept[assignment_id]
                self.changed.set()

    def snapshot(self) -> list[dict[str, Any]]:
        """The instances that live now, as plain JSON."""
        return [
            {
                "id": str(instance.id),
                "assignmentId": str(instance.assignment_id),
                "agentRevision": instance.agent_revision,
                "taskRevision": instance.task_revision,
                "createdAt": instance.created_at.isoformat(),
                "lastUsedAt": instance.last_used_at.isoformat(),
                "useCount": instance.use_count,
                "runningCount": instance.running_count,
            }
            for instance in sorted(self._alive.values(), key=lambda instance: instance.id)
        ]

    def _keep(self, instance: Instance) -> None:
        """One for each assignment: an older revision makes room for the one in use."""
        self._kept[instance.assignment_id] = instance

    def _weight(self, instance: Instance) -> int:
        """In bytes, as far as can be said; at least so much that no more are kept than the
        capacity."""
        return max(OWN_BYTES + weight_of(instance.contract), MAX_INSTANCES_BYTES // self.capacity)
