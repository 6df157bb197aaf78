"""Facts about tokens and sessions."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.events import AuditedEvent


@dataclass(frozen=True, kw_only=True)
class TokenCreated(AuditedEvent):
    name: ClassVar[str] = "token.created"


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(AuditedEvent):
    name: ClassVar[str] = "token.revoked"


@dataclass(frozen=True, kw_only=True)
class SessionCreated(AuditedEvent):
    name: ClassVar[str] = "session.created"


@dataclass(frozen=True, kw_only=True)
class SessionRevoked(AuditedEvent):
    name: ClassVar[str] = "session.revoked"
