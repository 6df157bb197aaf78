"""The check of a provider's connection: how far it is, its verdict, and what was left behind."""

from dataclasses import dataclass
from datetime import timedelta

from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.errors import NotFound
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules, UnitOfWork, unit_of_work
from rota.providers.errors import KeyUnusable
from rota.providers.events import ProviderValidationUpdated
from rota.providers.jobs import ValidateProvider
from rota.providers.keys import usable_key
from rota.providers.locks import locked_provider
from rota.providers.models import Provider, ValidationStatus
from rota.providers.vendors import vendor_of

Fix = dict[str, str]  # as the column says
UNSETTLED_AFTER = timedelta(seconds=10)


async def check_provider(resources: Resources, rules: Rules, id: str) -> None:
    """Asks the vendor, with no transaction open meanwhile. The verdict is dropped where address or
    key were changed or another check was begun since: that one's will be newer."""
    async with unit_of_work(resources, rules, SYSTEM) as work:
        try:
            provider = await locked_provider(id)
        except NotFound:
            return
        await store_status(work, provider, ValidationStatus.VALIDATING)
    verdict = await _ask(resources, provider)
    async with unit_of_work(resources, rules, SYSTEM) as work:
        try:
            current = await locked_provider(id)
        except NotFound:
            return
        begun = (provider.connection_revision, provider.status_since)
        if (current.connection_revision, current.status_since) == begun:
            if verdict.models is not None:
                current.models = verdict.models
            current.validated_at = work.now
            await store_status(work, current, verdict.status, verdict.error, verdict.fix)


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
    work: UnitOfWork,
    provider: Provider,
    status: ValidationStatus,
    error: str | None = None,
    fix: Fix | None = None,
) -> None:
    set_status(work, provider, status, error, fix)
    await provider.save()
    await emit_status(work, provider)


def set_status(
    work: UnitOfWork,
    provider: Provider,
    status: ValidationStatus,
    error: str | None = None,
    fix: Fix | None = None,
) -> None:
    provider.validation_status = status
    provider.validation_error = error
    provider.validation_fix = fix
    provider.status_since = work.now


async def emit_status(work: UnitOfWork, provider: Provider) -> None:
    await work.emit(
        ProviderValidationUpdated(
            id=provider.id,
            status=provider.validation_status,
            error=provider.validation_error,
            fix=provider.validation_fix,
            at=provider.validated_at.isoformat() if provider.validated_at else None,
        )
    )


@dataclass(frozen=True)
class _Verdict:
    """`models` is None where none were asked for with success."""

    status: ValidationStatus
    error: str | None = None
    fix: Fix | None = None
    models: list[str] | None = None


async def _ask(resources: Resources, provider: Provider) -> _Verdict:
    # Only workers ask, and the others need no client for it.
    from rota.providers.connection import CheckFailed, list_models

    try:
        key = usable_key(resources, provider)
        address = vendor_of(provider.type).address(provider.base_url, resources.settings)
        models = await list_models(
            resources.http, provider.type, address, key.reveal() if key else None
        )
    except KeyUnusable as failure:
        return _Verdict(ValidationStatus.ERROR, failure.message)
    except CheckFailed as failure:
        fix = {"label": f"Use {failure.fix}", "baseUrl": failure.fix} if failure.fix else None
        return _Verdict(ValidationStatus.ERROR, failure.message, fix)
    return _Verdict(ValidationStatus.CONNECTED, models=models)
