"""What can be wrong about an assignment."""

from uuid import UUID

from rota.platform.kernel.errors import DomainError


class AlreadyAssigned(DomainError):
    def __init__(self, assignment_id: UUID) -> None:
        super().__init__("This task is already assigned to this agent. Use that assignment.")
        self.assignment_id = assignment_id


class AssignmentInactive(DomainError):
    def __init__(self, assignment_id: UUID) -> None:
        super().__init__(
            "This assignment is inactive: it was unassigned, or its agent was deleted. Assign the "
            "task again to run it."
        )
        self.assignment_id = assignment_id
