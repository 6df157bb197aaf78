"""A provider's row, held to the end of the transaction."""

from collections.abc import Sequence

from rota.platform.kernel.errors import NotFound
from rota.platform.kernel.ids import parse_id
from rota.platform.storage.statements import Statement
from rota.providers.models import Provider

LOCK = Statement("SELECT * FROM provider WHERE id = :id FOR UPDATE")
LOCK_SHARED = Statement("SELECT * FROM provider WHERE id = :id FOR SHARE")


async def locked_provider(
    id: str, path: Sequence[str] = ("id",), lock: Statement = LOCK
) -> Provider:
    """`path` names the input's field that the id came from. Raises NotFound."""
    parsed = parse_id(id)
    found = await lock.models(Provider, id=parsed) if parsed else []
    if not found:
        raise NotFound("provider", id, path)
    return found[0]
