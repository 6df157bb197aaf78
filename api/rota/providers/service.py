"""What can be done with providers. The only writer of their rows."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from rota.platform.crypto import CannotOpen, Cipher, Secret
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.kernel.errors import InvalidInput, Issue, NotFound, RateLimited
from rota.platform.kernel.events import Changes
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import clean_name, name_issues, name_key, search_key
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.platform.storage.pages import BY_NAME, Page, Query, fetch_page
from rota.platform.storage.records import select_one
from rota.platform.storage.revisions import check_revision, differences, insert_named, save_named
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import Rules, UnitOfWork, unit_of_work
from rota.providers import catalog
from rota.providers.errors import ProviderInactive, ProviderInUse
from rota.providers.events import (
    ProviderCreated,
    ProviderDeleted,
    ProviderDeleting,
    ProviderUpdated,
    ProviderValidationUpdated,
)
from rota.providers.jobs import ValidateProvider
from rota.providers.models import Provider, ProviderType, ValidationStatus

CHECKS_A_MINUTE = 10
UNSETTLED_AFTER = timedelta(seconds=10)
KEY_LOST = (
    "The stored key cannot be opened: it was encrypted under another ENCRYPTION_KEY, or for "
    "another address. Type the key again and save."
)
LOCK = Statement("SELECT * FROM provider WHERE id = :id FOR UPDATE")
LOCK_SHARED = Statement("SELECT * FROM provider WHERE id = :id FOR SHARE")
AUDITED = {"name": "name", "type": "type", "base_url": "baseUrl", "is_active": "isActive"}


@dataclass(frozen=True)
class ProviderDraft:
    name: str
    type: ProviderType
    base_url: str | None
    api_key: Secret | None


class ProviderChanges(TypedDict, total=False):
    """Only what is to change; None clears."""

    name: str | None
    base_url: str | None
    api_key: Secret | None
    is_active: bool | None


async def get_provider(id: str) -> Provider | None:
    parsed = parse_id(id)
    return await select_one(Provider, parsed) if parsed else None


async def list_providers(
    first: int | None, after: str | None, search: str | None
) -> Page[Provider]:
    query = Query(Provider)
    if search:
        query = query.where("position({} IN name_key) > 0", search_key(search))
    return await fetch_page(query, BY_NAME, first, after, default=50)


async def usable_provider(id: str, path: Sequence[str]) -> Provider:
    """Stays as it is until the transaction ends: neither deactivated nor deleted."""
    provider = await _locked(id, path, LOCK_SHARED)
    if not provider.is_active:
        raise ProviderInactive(provider.id, provider.name, path)
    return provider


async def create_provider(work: UnitOfWork, draft: ProviderDraft) -> Provider:
    work.actor.require(Role.OWNER)
    provider = Provider(
        id=new_id(),
        name=clean_name(draft.name),
        type=draft.type,
        base_url=_clean_url(draft.base_url),
        is_active=True,
        revision=1,
        validation_status=ValidationStatus.PENDING,
        status_since=work.now,
        created_at=work.now,
        updated_at=work.now,
    )
    await _check(work, provider, draft.api_key, has_key=draft.api_key is not None, moved=True)
    if draft.api_key:
        _seal(work, provider, draft.api_key)
    await insert_named(provider, "provider")
    changes = differences(None, provider, AUDITED) | _key_change(None, provider.key_hint)
    await work.emit(ProviderCreated(id=provider.id, subject_name=provider.name, changes=changes))
    work.enqueue(ValidateProvider(provider_id=provider.id))
    return provider


async def update_provider(
    work: UnitOfWork, id: str, changes: ProviderChanges, expected_revision: int | None
) -> Provider:
    work.actor.require(Role.OWNER)
    provider = await _locked(id)
    check_revision(provider.revision, expected_revision)
    before = copy(provider)
    _apply(provider, changes)
    moved = provider.base_url != before.base_url
    new_key = changes.get("api_key")
    has_key = new_key is not None or ("api_key" not in changes and provider.sealed_key is not None)
    await _check(work, provider, new_key, has_key=has_key, moved=moved)
    _rekey(work, provider, before, changes)
    audited = differences(before, provider, AUDITED)
    if provider.sealed_key != before.sealed_key:
        audited |= _key_change(before.key_hint, provider.key_hint)
    if not audited:
        return before
    must_check = moved or "apiKey" in audited
    if must_check:
        provider.models = [] if moved else provider.models
        _set_status(work, provider, ValidationStatus.PENDING)
    if provider.validation_status in (ValidationStatus.PENDING, ValidationStatus.VALIDATING):
        work.enqueue(ValidateProvider(provider_id=provider.id))
    provider.revision += 1
    provider.updated_at = work.now
    await save_named(provider, "provider")
    await work.emit(ProviderUpdated(id=provider.id, subject_name=provider.name, changes=audited))
    if must_check:
        await _emit_status(work, provider)
    return provider


async def delete_provider(work: UnitOfWork, id: str) -> Provider | None:
    """The provider, deactivated, where agents or unfinished runs use it; None once removed."""
    work.actor.require(Role.OWNER)
    provider = await _locked(id)
    try:
        await work.emit(ProviderDeleting(id=provider.id))
    except ProviderInUse:
        return await update_provider(work, id, {"is_active": False}, None)
    await provider.delete()
    changes = {
        field: (value[1], None) for field, value in differences(None, provider, AUDITED).items()
    }
    await work.emit(ProviderDeleted(id=provider.id, subject_name=provider.name, changes=changes))
    return None


async def validate_provider(work: UnitOfWork, id: str) -> Provider:
    work.actor.require(Role.OPERATOR)
    provider = await _locked(id)
    limits = work.resources.limits
    if wait := await limits.take("checks", str(provider.id), CHECKS_A_MINUTE, seconds=60):
        raise RateLimited(
            f"A provider is checked {CHECKS_A_MINUTE} times a minute at most. Ask again in "
            f"{wait} seconds.",
            wait,
        )
    await _settle(work, provider, ValidationStatus.PENDING)
    work.enqueue(ValidateProvider(provider_id=provider.id))
    return provider


async def check_provider(resources: Resources, rules: Rules, id: str) -> None:
    """Asks the vendor, with no transaction open meanwhile. The verdict is dropped where the
    settings were changed or another check was begun since: that one's will be newer."""
    async with unit_of_work(resources, rules, SYSTEM) as work:
        try:
            provider = await _locked(id)
        except NotFound:
            return
        await _settle(work, provider, ValidationStatus.VALIDATING)
    status, error, models = await _ask(resources, provider)
    async with unit_of_work(resources, rules, SYSTEM) as work:
        try:
            current = await _locked(id)
        except NotFound:
            return
        begun = (provider.revision, provider.status_since)
        if (current.revision, current.status_since) == begun:
            if models is not None:
                current.models = models
            current.validated_at = work.now
            await _settle(work, current, status, error)


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


def open_key(cipher: Cipher, settings: Settings, provider: Provider) -> Secret | None:
    """The one place where a key is opened. Raises CannotOpen."""
    if provider.sealed_key is None:
        return None
    return cipher.open(provider.sealed_key, _binding(settings, provider))


async def rotate_keys(work: UnitOfWork) -> tuple[int, list[str]]:
    """Re-seals every key under the newest one. Returns how many, and the names of the
    providers whose key none of ours opens."""
    work.actor.require(Role.OWNER)
    done, lost = 0, []
    for provider in await Provider.filter(sealed_key__isnull=False).select_for_update():
        try:
            provider.sealed_key = work.resources.cipher.rotate(provider.sealed_key or "")
        except CannotOpen:
            lost.append(provider.name)
            continue
        await provider.save(update_fields=["sealed_key"])
        done += 1
    return done, lost


async def unopened_keys(cipher: Cipher, settings: Settings) -> list[str]:
    """The names of the providers whose key has to be typed again."""
    lost = []
    for provider in await Provider.filter(sealed_key__isnull=False).order_by("name_key"):
        try:
            open_key(cipher, settings, provider)
        except CannotOpen:
            lost.append(provider.name)
    return lost


async def _ask(
    resources: Resources, provider: Provider
) -> tuple[ValidationStatus, str | None, list[str] | None]:
    try:
        key = open_key(resources.cipher, resources.settings, provider)
        models = await catalog.check(
            resources.http,
            provider.type,
            provider.base_url,
            key.reveal() if key else None,
            resources.settings.openai_url,
        )
    except CannotOpen:
        return ValidationStatus.ERROR, KEY_LOST, None
    except catalog.CheckFailed as failure:
        return ValidationStatus.ERROR, failure.message, None
    return ValidationStatus.CONNECTED, None, models


async def _settle(
    work: UnitOfWork, provider: Provider, status: ValidationStatus, error: str | None = None
) -> None:
    _set_status(work, provider, status, error)
    await provider.save()
    await _emit_status(work, provider)


def _set_status(
    work: UnitOfWork, provider: Provider, status: ValidationStatus, error: str | None = None
) -> None:
    provider.validation_status = status
    provider.validation_error = error
    provider.status_since = work.now


async def _emit_status(work: UnitOfWork, provider: Provider) -> None:
    await work.emit(
        ProviderValidationUpdated(
            id=provider.id,
            status=provider.validation_status,
            error=provider.validation_error,
            at=provider.validated_at.isoformat() if provider.validated_at else None,
        )
    )


async def _locked(id: str, path: Sequence[str] = ("id",), lock: Statement = LOCK) -> Provider:
    parsed = parse_id(id)
    found = await lock.models(Provider, id=parsed) if parsed else []
    if not found:
        raise NotFound("provider", id, path)
    return found[0]


def _apply(provider: Provider, changes: ProviderChanges) -> None:
    for field, label in (("name", "name"), ("is_active", "isActive")):
        if field in changes and changes[field] is None:  # type: ignore[literal-required]  # both are keys
            raise InvalidInput.at(label, "This cannot be null.")
    if name := changes.get("name"):
        provider.name = clean_name(name)
    elif "name" in changes:
        provider.name = ""
    if "base_url" in changes:
        provider.base_url = _clean_url(changes["base_url"])
    if (is_active := changes.get("is_active")) is not None:
        provider.is_active = is_active


async def _check(
    work: UnitOfWork, provider: Provider, new_key: Secret | None, *, has_key: bool, moved: bool
) -> None:
    issues = name_issues(provider.name)
    issues += [
        Issue((field,), message)
        for field, message in catalog.field_issues(provider.type, provider.base_url, has_key)
    ]
    if new_key and (problem := catalog.key_issue(new_key.reveal())):
        issues.append(Issue(("apiKey",), problem))
    if moved and provider.base_url and not any(issue.path == ("baseUrl",) for issue in issues):
        refusal = await work.resources.egress.refusal(provider.base_url)
        if refusal:
            issues.append(Issue(("baseUrl",), refusal))
    if issues:
        raise InvalidInput(issues)
    provider.name_key = name_key(provider.name)


def _clean_url(url: str | None) -> str | None:
    return catalog.normalise_base_url(url or "") or None


def _rekey(
    work: UnitOfWork, provider: Provider, before: Provider, changes: ProviderChanges
) -> None:
    new_key = changes.get("api_key")
    stays = _origin(work, provider) == _origin(work, before)
    if new_key:
        if not (stays and _holds(work, before, new_key)):
            _seal(work, provider, new_key)
    elif "api_key" in changes:
        provider.sealed_key = provider.key_hint = None
    elif provider.sealed_key and not stays:
        raise InvalidInput.at(
            "apiKey",
            "The key belongs to the old address. Type it again to send it to the new one.",
        )


def _holds(work: UnitOfWork, provider: Provider, key: Secret) -> bool:
    try:
        held = open_key(work.resources.cipher, work.resources.settings, provider)
    except CannotOpen:
        return False
    return held is not None and held.reveal() == key.reveal()


def _origin(work: UnitOfWork, provider: Provider) -> str:
    return _binding(work.resources.settings, provider)[1]


def _binding(settings: Settings, provider: Provider) -> tuple[str, str]:
    return str(provider.id), catalog.origin(provider.base_url or settings.openai_url)


def _seal(work: UnitOfWork, provider: Provider, key: Secret) -> None:
    provider.sealed_key = work.resources.cipher.seal(
        key, _binding(work.resources.settings, provider)
    )
    provider.key_hint = key.hint


def _key_change(before: str | None, after: str | None) -> Changes:
    def masked(hint: str | None) -> str | None:
        return f"…{hint}" if hint else None

    return {"apiKey": (masked(before), masked(after))} if before or after else {}
