"""Work on providers that may wait a moment."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rota.platform.kernel.jobs import Job


@dataclass(frozen=True, kw_only=True)
class ValidateProvider(Job):
    name: ClassVar[str] = "provider.validate"
    provider_id: UUID
