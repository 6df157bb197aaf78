"""Who acts, and what their role lets them do."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from rota.platform.kernel.errors import Forbidden


class Role(IntEnum):
    """Each role may do all that the ones below it may."""

    VIEWER = 1
    OPERATOR = 2
    EDITOR = 3
    OWNER = 4


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
