"""The check of a provider's connection: how far it is, its verdict, and what was left behind."""

from datetime import timedelta

from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.errors import NotFound
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules, UnitOfWork, unit_of_work
from rota.providers.connection import CheckFailed, list_models
from rota.providers.errors import KeyUnusable
from rota.providers.events import ProviderValidationUpdated
from rota.providers.jobs import ValidateProvider
from rota.providers.keys import usable_key
from rota.providers.locks import locked_provider
from rota.providers.models import Provider, ValidationStatus
from rota.providers.vendors import vendor_of

UNSETTLED_AFTER = timedelta(seconds=10)


async def check_provider(resources: Resources, rules: Rules, id: str) -> None:
    """Asks the vendor, with no transaction open meanwhile. The verdict is dropped where the
    settings were changed or another check was begun since: that one's will be newer."""
    async with unit_of_work(resources, rules, SYSTEM) as work:
        try:
            provider = await locked_provider(id)
        except NotFound:
            return
        await store_status(work, provider, ValidationStatus.VALIDATING)
    status, error, models = await _ask(resources, provider)
    async with unit_of_work(resources, rules, SYSTEM) as work:
        try:
            current = await locked_provider(id)
        except NotFound:
            return
        begun = (provider.revision, provider.status_since)
        if (current.revision, current.status_since) == begun:
            if models is not None:
                current.models = models
            current.validated_at = work.now
            await store_status(work, current, status, error)


async def recheck_unsettled(resources: Resources, rules: Rules) -> None:
    """The sweep: a check whose job or worker was lost is done again."""
    async with unit_of_work(resources, rules, SYSTEM) as work:
        stuck = await Provider.filter(
            validation_status__in=[ValidationStatus.PENDING, ValidationStatus.VALIDATING],
            status_since__lt=work.now - UNSETTLED_AFTER,
        ).select_for_update(skip_locked=True)
        for provider in stuck:
            provider.status_since = work.now
            await provider.save(update_fields=["status_since"])
            work.enqueue(ValidateProvider(provider_id=provider.id))


async def store_status(
    work: UnitOfWork, provider: Provider, status: ValidationStatus, error: str | None = None
) -> None:
    set_status(work, provider, status, error)
    await provider.save()
    await emit_status(work, provider)


def set_status(
    work: UnitOfWork, provider: Provider, status: ValidationStatus, error: str | None = None
) -> None:
    provider.validation_status = status
    provider.validation_error = error
    provider.status_since = work.now


async def emit_status(work: UnitOfWork, provider: Provider) -> None:
    await work.emit(
        ProviderValidationUpdated(
            id=provider.id,
            status=provider.validation_status,
            error=provider.validation_error,
            at=provider.validated_at.isoformat() if provider.validated_at else None,
        )
    )


async def _ask(
    resources: Resources, provider: Provider
) -> tuple[ValidationStatus, str | None, list[str] | None]:
    try:
        key = usable_key(resources, provider)
        address = vendor_of(provider.type).address(provider.base_url, resources.settings)
        models = await list_models(
            resources.http, provider.type, address, key.reveal() if key else None
        )
    except (KeyUnusable, CheckFailed) as failure:
        return ValidationStatus.ERROR, failure.message, None
    return ValidationStatus.CONNECTED, None, models
