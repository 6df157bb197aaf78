"""Who acts, and what their role lets them do."""

from dataclasses import dataclass
from uuid import UUID

from rota.platform.kernel.enums import DescribedIntEnum
from rota.platform.kernel.errors import Forbidden


class Role(DescribedIntEnum):
    """What somebody may do. Each may do all that the ones before it may."""

    VIEWER = 1, "Reads everything but tokens, sessions and the audit log."
    OPERATOR = 2, "Also runs, cancels and checks providers."
    EDITOR = 3, "Also writes agents, tasks, assignments."
    OWNER = 4, "Also writes providers, reads and writes tokens and sessions, reads the audit."


@dataclass(frozen=True)
class Actor:
    name: str
    role: Role
    token_id: UUID | None = None
    session_id: UUID | None = None

    def require(self, role: Role) -> None:
        if self.role < role:
            raise Forbidden(
                f"This needs the role {role.name}; yours is {self.role.name}. "
                "Ask an owner for access."
            )


SYSTEM = Actor(name="rota", role=Role.OWNER)
