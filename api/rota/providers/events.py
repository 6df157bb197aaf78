"""Facts about providers."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.events import AuditedEvent, Event


@dataclass(frozen=True, kw_only=True)
class ProviderCreated(AuditedEvent):
    name: ClassVar[str] = "provider.created"


@dataclass(frozen=True, kw_only=True)
class ProviderUpdated(AuditedEvent):
    name: ClassVar[str] = "provider.updated"


@dataclass(frozen=True, kw_only=True)
class ProviderDeleting(Event):
    """Before the fact: whoever still uses it raises ProviderInUse."""

    name: ClassVar[str] = "provider.deleting"


@dataclass(frozen=True, kw_only=True)
class ProviderDeleted(AuditedEvent):
    name: ClassVar[str] = "provider.deleted"


@dataclass(frozen=True, kw_only=True)
class ProviderValidationUpdated(Event):
    """A step of a check. It carries the step itself, so that a subscriber sees each one
    even where the row has moved on by the time it is read. `at` is RFC 3339 text."""

    name: ClassVar[str] = "provider.validation_updated"
    status: str
    error: str | None = None
    fix: dict[str, str] | None = None
    at: str | None = None
