"""Providers for tests, and what is done to them."""

from itertools import count
from typing import Any, cast

from rota.platform.crypto import Secret
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers import checks, service
from rota.providers.models import Provider, ProviderType
from rota.providers.service import NewProvider, ProviderChanges
from rota.wiring import RULES

_numbers = count(1)


async def provider(
    resources: Resources,
    *,
    name: str | None = None,
    type: ProviderType = ProviderType.OLLAMA,
    base_url: str | None = "http://127.0.0.1:9",
    api_key: str | None = None,
) -> Provider:
    new = NewProvider(
        name=name or f"Provider {next(_numbers)}",
        type=type,
        base_url=base_url,
        api_key=Secret(api_key) if api_key is not None else None,
    )
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.create_provider(work, new)


async def check(resources: Resources, row: Provider) -> Provider:
    await checks.check_provider(resources, RULES, str(row.id))
    return await Provider.get(id=row.id)


async def updated(resources: Resources, row: Provider, **changes: Any) -> Provider:
    given = cast("ProviderChanges", changes)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.update_provider(work, str(row.id), given, None)


async def validated(resources: Resources, row: Provider) -> Provider:
    async with unit_of_work(resources, RULES, Actor("Grace", Role.OPERATOR)) as work:
        return await service.validate_provider(work, str(row.id))
