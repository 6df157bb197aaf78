"""Facts that happened. They travel as ids and plain JSON on the channel noun:{id}."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar
from uuid import UUID

Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Event:
    """`name` is noun.past; further fields of a subclass are sent along."""

    name: ClassVar[str]
    id: UUID

    @property
    def channel(self) -> str:
        return f"{self.name.partition('.')[0]}:{self.id}"

    def payload(self) -> dict[str, Any]:
        sent = {field.name: getattr(self, field.name) for field in fields(self)}
        for private in ("subject_name", "changes"):
            sent.pop(private, None)
        return {"name": self.name, **{key: _plain(value) for key, value in sent.items()}}


@dataclass(frozen=True, kw_only=True)
class AuditedEvent(Event):
    """Also written to the audit log. `changes` maps a field to its value before and
    after; it holds no secret, and stays in the database."""

    subject_name: str
    changes: Changes


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
