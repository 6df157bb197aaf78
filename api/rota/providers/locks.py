"""A provider's row, held to the end of the transaction."""

from collections.abc import Sequence

from rota.platform.kernel.errors import NotFound
from rota.platform.kernel.ids import parse_id
from rota.platform.storage.records import select
from rota.providers.models import Provider


async def locked_provider(
    id: str, path: Sequence[str] = ("id",), how: str = "FOR UPDATE"
) -> Provider:
    """`path` names the input's field that the id came from. Raises NotFound."""
    parsed = parse_id(id)
    found = await select(Provider, f"WHERE id = $1 {how}", parsed) if parsed else []
    if not found:
        raise NotFound("provider", id, path)
    return found[0]
