"""Facts about the audit log itself."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AuditRecorded(Event):
    """`id` is the entry's."""

    name: ClassVar[str] = "audit.recorded"
