"""Facts about providers, and about what their keys are sealed under."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rota.platform.kernel.events import AuditedEvent, Event

ENCRYPTION_KEY = UUID(int=1)


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
class EncryptionKeyEvent(AuditedEvent):
    """There is one encryption key, or one row of them, in a database."""

    id: UUID = ENCRYPTION_KEY
    subject_name: str = "encryption key"


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyRotated(EncryptionKeyEvent):
    name: ClassVar[str] = "encryption_key.rotated"


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyAdopted(EncryptionKeyEvent):
    name: ClassVar[str] = "encryption_key.adopted"


@dataclass(frozen=True, kw_only=True)
class ProviderValidationUpdated(Event):
    """A step of a check. It carries the step itself, so that a subscriber sees each one
    even where the row has moved on by the time it is read. `at` is RFC 3339 text."""

    name: ClassVar[str] = "provider.validation_updated"
    status: str
    error: str | None = None
    fix: dict[str, str] | None = None
    at: str | None = None
