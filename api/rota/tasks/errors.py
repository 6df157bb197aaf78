"""What can be wrong about deleting a task."""

from collections.abc import Sequence
from uuid import UUID

from rota.platform.kernel.errors import DomainError


class TaskInUse(DomainError):
    def __init__(self, agent_ids: Sequence[UUID]) -> None:
        super().__init__(
            "Agents are still assigned to this task, so it was not deleted. Unassign them first."
        )
        self.agent_ids = tuple(agent_ids)
