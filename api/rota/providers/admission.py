"""Whether a provider takes something new: an agent, a run."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from rota.platform.storage.statements import Statement
from rota.platform.storage.together import Given
from rota.providers.errors import ProviderInactive
from rota.providers.locks import LOCK_SHARED, locked_provider
from rota.providers.models import Provider

USABLE = Statement("SELECT * FROM provider WHERE id = :id AND is_active FOR SHARE")


async def usable_provider(id: str, path: Sequence[str]) -> Provider:
    """Stays as it is until the transaction ends: neither deactivated nor deleted. `path` names the
    input's field that the id came from. Raises NotFound, ProviderInactive."""
    provider = await locked_provider(id, path, LOCK_SHARED)
    check_active(provider.id, provider.name, provider.is_active, path)
    return provider


def usable(id: UUID | None, gives: Mapping[str, str]) -> Given:
    """The same as part of a statement, whose rows take some columns from it."""
    return Given(USABLE, {"id": id}, gives)


def check_active(id: UUID, name: str, is_active: bool, path: Sequence[str]) -> None:
    """For whoever has read these columns already. Raises ProviderInactive."""
    if not is_active:
        raise ProviderInactive(id, name, path)
