"""Batch reads of providers."""

from collections.abc import Sequence
from uuid import UUID

from rota.providers.models import Provider


async def providers_by_id(ids: Sequence[UUID]) -> list[Provider | None]:
    found = {row.id: row for row in await Provider.filter(id__in=set(ids))}
    return [found.get(key) for key in ids]
