"""What can be wrong about using a provider."""

from collections.abc import Sequence
from uuid import UUID

from rota.platform.kernel.errors import DomainError


class ProviderInactive(DomainError):
    def __init__(self, provider_id: UUID, name: str, path: Sequence[str]) -> None:
        super().__init__(
            f"The provider “{name}” is inactive, so it takes nothing new. Activate it, or choose "
            "another one."
        )
        self.provider_id = provider_id
        self.path = tuple(path)


class ProviderInUse(DomainError):
    """Raised by those who still need a provider that is about to be deleted."""

    def __init__(self) -> None:
        super().__init__("Agents or unfinished runs still use this provider.")


class KeyUnusable(DomainError):
    """The stored key cannot be opened, so the provider cannot be called."""
