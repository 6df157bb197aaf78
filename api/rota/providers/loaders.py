"""Batch reads of providers."""

from collections.abc import Sequence
from uuid import UUID

from rota.platform.hydration import select_by_id
from rota.providers.models import Provider


async def providers_by_id(ids: Sequence[UUID]) -> list[Provider | None]:
    return await select_by_id(Provider, ids)
