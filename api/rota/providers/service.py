"""What can be done with providers. Their rows are written here, and by checks and keys alone."""

from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from rota.audit.service import recorded_with
from rota.platform.crypto import Secret
from rota.platform.kernel.actor import Role
from rota.platform.kernel.errors import InvalidInput, Issue, RateLimited
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import clean_name, name_issues, name_key, search_key
from rota.platform.storage.pages import BY_NAME, Page, Query, fetch_page
from rota.platform.storage.records import select_one
from rota.platform.storage.revisions import (
    check_revision,
    differences,
    insert_at_once,
    insert_named,
    save_named,
)
from rota.platform.unit_of_work import UnitOfWork
from rota.providers.addresses import normalise_base_url
from rota.providers.checks import emit_status, set_status, store_status
from rota.providers.errors import ProviderInUse
from rota.providers.events import (
    ProviderCreated,
    ProviderDeleted,
    ProviderDeleting,
    ProviderUpdated,
)
from rota.providers.jobs import ValidateProvider
from rota.providers.keys import holds_key, key_change, key_issue, key_origin, seal_key
from rota.providers.locks import locked_provider
from rota.providers.models import Provider, ProviderType, ValidationStatus
from rota.providers.vendors import field_issues

MAX_CHECKS_A_MINUTE = 10
AUDITED = {"name": "name", "type": "type", "base_url": "baseUrl", "is_active": "isActive"}


@dataclass(frozen=True)
class NewProvider:
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
    """None where the id is nobody's, or no id."""
    parsed = parse_id(id)
    return await select_one(Provider, parsed) if parsed else None


def list_providers(first: int | None, after: str | None, search: str | None) -> Page[Provider]:
    """By name; those whose name holds `search`, without regard to case. Raises BadRequest for a
    page that there cannot be."""
    query = Query(Provider)
    if search:
        query = query.where("position({} IN name_key) > 0", search_key(search))
    return fetch_page(query, BY_NAME, first, after, default=50)


async def create_provider(work: UnitOfWork, new: NewProvider) -> Provider:
    """Stored as it is; its check follows. Raises Forbidden, InvalidInput, NameTaken."""
    provider, event = await _new(work, new)
    await insert_named(provider, "provider")
    await work.emit(event)
    work.enqueue(ValidateProvider(provider_id=provider.id))
    return provider


async def create_provider_at_once(work: UnitOfWork, new: NewProvider) -> Provider | None:
    """The same in one statement. None where that stored nothing: its name is taken, as
    `create_provider` tells. Raises Forbidden, InvalidInput."""
    provider, event = await _new(work, new)
    if not await recorded_with(work, event, partial(insert_at_once, provider)):
        return None
    work.enqueue(ValidateProvider(provider_id=provider.id))
    return provider


async def update_provider(
    work: UnitOfWork, id: str, changes: ProviderChanges, expected_revision: int | None
) -> Provider:
    """The provider as it is now; a new address or key is checked again. Raises Forbidden, NotFound,
    StaleRevision, InvalidInput, NameTaken."""
    work.actor.require(Role.OWNER)
    provider = await locked_provider(id)
    check_revision(provider.revision, expected_revision)
    before = copy(provider)
    _apply(provider, changes)
    moved = provider.base_url != before.base_url
    new_key = changes.get("api_key")
    has_key = new_key is not None or ("api_key" not in changes and provider.sealed_key is not None)
    renamed = provider.name != before.name
    await _check(work, provider, new_key, has_key=has_key, moved=moved, renamed=renamed)
    _rekey(work, provider, before, changes)
    audited = differences(before, provider, AUDITED)
    if provider.sealed_key != before.sealed_key:
        audited |= key_change(before.key_hint, provider.key_hint)
    if not audited:
        return before
    must_check = moved or "apiKey" in audited
    if must_check:
        provider.models = [] if moved else provider.models
        set_status(work, provider, ValidationStatus.PENDING)
        provider.connection_revision += 1
        work.enqueue(ValidateProvider(provider_id=provider.id))
    provider.revision += 1
    provider.updated_at = work.now
    await save_named(provider, "provider")
    await work.emit(ProviderUpdated(id=provider.id, subject_name=provider.name, changes=audited))
    if must_check:
        await emit_status(work, provider)
    return provider


async def delete_provider(work: UnitOfWork, id: str) -> Provider | None:
    """The provider, deactivated, where agents or unfinished runs use it; None once removed.
    Raises Forbidden, NotFound."""
    work.actor.require(Role.OWNER)
    provider = await locked_provider(id)
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
    """The provider, its check pending. Raises Forbidden, NotFound, RateLimited."""
    work.actor.require(Role.OPERATOR)
    provider = await locked_provider(id)
    limits = work.resources.limits
    if wait := await limits.take("checks", str(provider.id), MAX_CHECKS_A_MINUTE, seconds=60):
        raise RateLimited(
            f"A provider is checked {MAX_CHECKS_A_MINUTE} times a minute at most. Ask again in "
            f"{wait} seconds.",
            wait,
        )
    await store_status(work, provider, ValidationStatus.PENDING)
    work.enqueue(ValidateProvider(provider_id=provider.id))
    return provider


async def _new(work: UnitOfWork, new: NewProvider) -> tuple[Provider, ProviderCreated]:
    work.actor.require(Role.OWNER)
    provider = Provider(
        id=new_id(),
        name=clean_name(new.name),
        type=new.type,
        base_url=_clean_url(new.base_url),
        is_active=True,
        revision=1,
        validation_status=ValidationStatus.PENDING,
        status_since=work.now,
        created_at=work.now,
        updated_at=work.now,
    )
    has_key = new.api_key is not None
    await _check(work, provider, new.api_key, has_key=has_key, moved=True, renamed=True)
    if new.api_key:
        seal_key(work, provider, new.api_key)
    changes = differences(None, provider, AUDITED) | key_change(None, provider.key_hint)
    return provider, ProviderCreated(id=provider.id, subject_name=provider.name, changes=changes)


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
    work: UnitOfWork,
    provider: Provider,
    new_key: Secret | None,
    *,
    has_key: bool,
    moved: bool,
    renamed: bool,
) -> None:
    issues = name_issues(provider.name) if renamed else []
    issues += [
        Issue((field,), message)
        for field, message in field_issues(provider.type, provider.base_url, has_key)
    ]
    if new_key and (problem := key_issue(new_key.reveal())):
        issues.append(Issue(("apiKey",), problem))
    if moved and provider.base_url and not any(issue.path == ("baseUrl",) for issue in issues):
        refusal = await work.resources.egress.refusal(provider.base_url)
        if refusal:
            issues.append(Issue(("baseUrl",), refusal))
    if issues:
        raise InvalidInput(issues)
    provider.name_key = name_key(provider.name)


def _clean_url(url: str | None) -> str | None:
    return normalise_base_url(url or "") or None


def _rekey(
    work: UnitOfWork, provider: Provider, before: Provider, changes: ProviderChanges
) -> None:
    new_key = changes.get("api_key")
    settings = work.resources.settings
    stays = key_origin(settings, provider) == key_origin(settings, before)
    if new_key:
        if not (stays and holds_key(work, before, new_key)):
            seal_key(work, provider, new_key)
    elif "api_key" in changes:
        provider.sealed_key = provider.key_hint = None
    elif provider.sealed_key and not stays:
        raise InvalidInput.at(
            "apiKey",
            "The key belongs to the old address. Type it again to send it to the new one.",
        )
