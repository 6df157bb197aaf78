"""What providers may be, how they change, and what happens to one that is in use."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest
from tortoise.exceptions import IntegrityError

from rota.agents.models import Agent
from rota.audit.models import AuditEntry
from rota.platform.crypto import Secret
from rota.platform.egress import EgressPolicy
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.kernel.errors import Forbidden, InvalidInput, NameTaken, NotFound, StaleRevision
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.providers import keys, service
from rota.providers.models import Provider, ProviderType, ValidationStatus
from rota.providers.service import NewProvider, ProviderChanges
from rota.runs.models import Run, RunStatus
from rota.wiring import RULES
from tests.agents.factories import agent
from tests.observe import hearing, queued, stored
from tests.providers.factories import provider
from tests.runs import factories as runs

OLLAMA, OPENAI, COMPATIBLE = ProviderType
URL = "http://127.0.0.1:9"
KEY = "sk-canary-5up3r53cr3t"


async def updated(resources: Resources, row: Provider, **changes: Any) -> Provider:
    given = cast("ProviderChanges", changes)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.update_provider(work, str(row.id), given, None)


async def deleted(resources: Resources, row: Provider) -> Provider | None:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.delete_provider(work, str(row.id))


# P1 ------------------------------------------------------------------------------------


async def test_P1_create_read_list_update_delete(resources: Resources) -> None:
    for name in ("charlie", " Alpha ", "bravo"):
        await provider(resources, name=name, base_url=f"{URL}/ ")
    first = await service.list_providers(2, None, None)
    rest = await service.list_providers(2, first.cursor(first.rows[-1]), None)
    [found] = (await service.list_providers(None, None, "LPH")).rows

    assert [row.name for row in (*first.rows, *rest.rows)] == ["Alpha", "bravo", "charlie"]
    assert (first.has_next, rest.has_next) == (True, False)
    assert (found.base_url, found.revision, found.is_active) == (URL, 1, True)

    changed = await updated(resources, found, name="Alpha 2")
    assert await service.get_provider(str(found.id)) == changed
    assert changed.revision == 2
    assert await deleted(resources, changed) is None
    assert await service.get_provider(str(found.id)) is None
    with pytest.raises(NotFound):
        await deleted(resources, changed)


async def test_P1_of_racing_requests_for_a_name_one_gets_it(resources: Resources) -> None:
    spellings = ("Local", "local", " LOCAL ", "Local ", "lOCAL")
    results = await asyncio.gather(
        *(provider(resources, name=name) for name in spellings), return_exceptions=True
    )
    [winner] = await Provider.all()
    refused = [result for result in results if isinstance(result, NameTaken)]
    assert len(refused) == len(spellings) - 1
    assert {error.existing_id for error in refused} == {winner.id}
    assert await AuditEntry.all().count() == 1
    assert len(await queued(resources)) == 1


async def test_P1_of_racing_renames_to_a_name_one_gets_it(resources: Resources) -> None:
    rows = [await provider(resources) for _ in range(4)]
    results = await asyncio.gather(
        *(updated(resources, row, name="Local") for row in rows), return_exceptions=True
    )
    assert len([result for result in results if isinstance(result, NameTaken)]) == 3
    assert await Provider.filter(name="Local").count() == 1
    assert await Provider.filter(revision=2).count() == 1


async def test_P1_a_taken_name_leaves_both_as_they_are(resources: Resources) -> None:
    first, second = [await provider(resources, name=name) for name in ("First", "Second")]
    jobs, before = await queued(resources), await stored("provider")
    async with hearing(resources, "provider") as ear:
        with pytest.raises(NameTaken) as taken:
            await updated(resources, second, name="fIRST", base_url="http://127.0.0.1:8")
        assert await ear.names() == []
    assert taken.value.existing_id == first.id
    assert await stored("provider") == before
    assert await queued(resources) == jobs
    assert (await updated(resources, first, name="fIRST")).name == "fIRST"


async def test_P1_saving_without_a_change_makes_no_revision_and_no_event(
    resources: Resources,
) -> None:
    row = await provider(resources, name="Local", type=COMPATIBLE, base_url=URL, api_key=KEY)
    jobs, before = await queued(resources), await stored("provider")
    same: list[ProviderChanges] = [
        {},
        {"name": " Local ", "is_active": True},
        {"base_url": f" {URL}/ "},
        {"api_key": Secret(KEY)},
    ]
    async with hearing(resources, "provider") as ear:
        for changes in same:
            assert (await updated(resources, row, **changes)).revision == 1
        assert await ear.names() == []
    assert await stored("provider") == before
    assert await queued(resources) == jobs


async def test_P1_a_stale_edit_is_told(resources: Resources) -> None:
    row = await provider(resources)
    await updated(resources, row, name="Local")
    before = await stored("provider")
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        with pytest.raises(StaleRevision) as stale:
            await service.update_provider(work, str(row.id), {"name": "Other"}, 1)
    assert stale.value.current_revision == 2
    assert await stored("provider") == before


async def test_P1_only_an_owner_writes(resources: Resources) -> None:
    row = await provider(resources)
    before = await stored("provider")
    draft = NewProvider(name="x", type=OLLAMA, base_url=URL, api_key=None)
    async with unit_of_work(resources, RULES, Actor("Eve", Role.EDITOR)) as work:
        with pytest.raises(Forbidden):
            await service.create_provider(work, draft)
        with pytest.raises(Forbidden):
            await service.update_provider(work, str(row.id), {"name": "x"}, None)
        with pytest.raises(Forbidden):
            await service.delete_provider(work, str(row.id))
        with pytest.raises(Forbidden):
            await keys.rotate_keys(work)
    assert await stored("provider") == before


# P2 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "base_url", "api_key", "fields"),
    [
        (OLLAMA, None, None, {"baseUrl"}),
        (OLLAMA, "  ", None, {"baseUrl"}),
        (OLLAMA, URL, KEY, {"apiKey"}),
        (OPENAI, None, None, {"apiKey"}),
        (OPENAI, URL, KEY, {"baseUrl"}),
        (COMPATIBLE, None, KEY, {"baseUrl"}),
        (COMPATIBLE, URL, "", {"apiKey"}),
        (COMPATIBLE, "ftp://127.0.0.1", None, {"baseUrl"}),
        (COMPATIBLE, "http://169.254.169.254/v1", None, {"baseUrl"}),
    ],
)
async def test_P2_what_breaks_the_rules_of_its_type_is_refused(
    resources: Resources,
    type: ProviderType,
    base_url: str | None,
    api_key: str | None,
    fields: set[str],
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await provider(resources, type=type, base_url=base_url, api_key=api_key)
    assert {issue.path[0] for issue in refused.value.issues} == fields
    assert await stored("provider") == {"provider": [], "audit_entry": []}
    assert await queued(resources) == []


@pytest.mark.parametrize(
    ("type", "base_url", "api_key", "changes", "field"),
    [
        (OLLAMA, URL, None, {"base_url": None}, "baseUrl"),
        (OLLAMA, URL, None, {"base_url": " "}, "baseUrl"),
        (OLLAMA, URL, None, {"api_key": Secret(KEY)}, "apiKey"),
        (OPENAI, None, KEY, {"api_key": None}, "apiKey"),
        (OPENAI, None, KEY, {"api_key": Secret("")}, "apiKey"),
        (OPENAI, None, KEY, {"base_url": URL}, "baseUrl"),
        (COMPATIBLE, URL, KEY, {"base_url": None}, "baseUrl"),
        (COMPATIBLE, URL, KEY, {"api_key": Secret("two words")}, "apiKey"),
        (COMPATIBLE, URL, None, {"base_url": "http://169.254.169.254"}, "baseUrl"),
        (COMPATIBLE, URL, None, {"name": None}, "name"),
        (COMPATIBLE, URL, None, {"is_active": None}, "isActive"),
    ],
)
async def test_P2_what_would_break_the_rules_of_its_type_changes_nothing(  # noqa: PLR0917 (cases)
    resources: Resources,
    type: ProviderType,
    base_url: str | None,
    api_key: str | None,
    changes: dict[str, Any],
    field: str,
) -> None:
    row = await provider(resources, type=type, base_url=base_url, api_key=api_key)
    before = await stored("provider")
    with pytest.raises(InvalidInput) as refused:
        await updated(resources, row, **changes)
    assert {issue.path[0] for issue in refused.value.issues} == {field}
    assert await stored("provider") == before


async def test_P2_a_blank_address_is_none(resources: Resources) -> None:
    row = await provider(resources, type=OPENAI, base_url=" ", api_key=KEY)
    assert row.base_url is None


INSERT = """
    INSERT INTO provider SELECT $1::uuid, 'Raw', 'raw', $2, $3, $4, NULL, true, 1, 'PENDING', NULL,
        NULL, now(), '[]', now(), now()
"""


@pytest.mark.parametrize(
    ("type", "base_url", "sealed_key", "is_legal"),
    [
        ("OLLAMA", URL, None, True),
        ("OLLAMA", None, None, False),
        ("OLLAMA", URL, "sealed", False),
        ("OPENAI", None, "sealed", True),
        ("OPENAI", None, None, False),
        ("OPENAI", URL, "sealed", False),
        ("OPENAI_COMPATIBLE", URL, None, True),
        ("OPENAI_COMPATIBLE", URL, "sealed", True),
        ("OPENAI_COMPATIBLE", None, "sealed", False),
        ("ANTHROPIC", URL, "sealed", False),
    ],
)
async def test_P2_the_database_enforces_the_rules_too(
    resources: Resources, type: str, base_url: str | None, sealed_key: str | None, is_legal: bool
) -> None:
    values = (str(new_id()), type, base_url, sealed_key)
    if is_legal:
        await fetch(INSERT, *values)
    else:
        with pytest.raises(IntegrityError, match="provider_type_rules"):
            await fetch(INSERT, *values)
    assert await Provider.all().count() == is_legal


# P6 ------------------------------------------------------------------------------------


async def test_P6_a_provider_that_none_uses_is_removed(resources: Resources) -> None:
    row = await provider(resources, name="Local")
    async with hearing(resources, "provider") as ear:
        assert await deleted(resources, row) is None
        assert await ear.names() == ["provider.deleting", "provider.deleted"]
    assert not await Provider.exists()
    entry = await AuditEntry.get(action="provider.deleted")
    assert (entry.subject_id, entry.subject_name) == (row.id, "Local")
    assert entry.changes["baseUrl"] == [URL, None]


async def test_P6_a_provider_that_an_agent_uses_is_deactivated(resources: Resources) -> None:
    row = await provider(resources)
    user = await agent(resources, provider=row)
    async with hearing(resources, "provider") as ear:
        kept = await deleted(resources, row)
        assert await ear.names() == ["provider.updated"]
    assert kept is not None
    assert (kept.is_active, kept.revision) == (False, 2)
    assert not (await Provider.get(id=row.id)).is_active
    assert await Agent.exists(id=user.id)
    again = await deleted(resources, row)
    assert again is not None
    assert again.revision == 2
    assert (await updated(resources, row, is_active=True)).is_active


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.CANCELLING])
async def test_P6_a_provider_that_an_unfinished_run_uses_is_deactivated(
    resources: Resources, status: RunStatus
) -> None:
    row = await provider(resources, type=COMPATIBLE, base_url=URL)
    run = await runs.queued(resources, await runs.assignment(resources, on=row))
    await Agent.filter(provider_id=row.id).delete()
    lease = "NULL" if status is RunStatus.QUEUED else "now()"
    await fetch(f"UPDATE run SET status = $1, lease_until = {lease}", status.value)

    kept = await deleted(resources, row)
    assert kept is not None
    assert not kept.is_active

    await fetch("UPDATE run SET status = 'CANCELLED', lease_until = NULL, finished_at = now()")
    assert await deleted(resources, row) is None
    assert (await Run.get(id=run.id)).provider_id is None


async def test_P6_deactivation_does_not_depend_on_the_address(resources: Resources) -> None:
    row = await provider(resources)
    await agent(resources, provider=row)
    strict = replace(resources, egress=EgressPolicy("public"))
    with pytest.raises(InvalidInput):
        await updated(strict, row, base_url="http://127.0.0.1:8")
    kept = await deleted(strict, row)
    assert kept is not None
    assert not kept.is_active


async def test_P6_a_new_address_clears_the_models_and_a_new_name_does_not(
    resources: Resources,
) -> None:
    row = await provider(resources)
    row.models, row.validation_status = ["llama3.2"], ValidationStatus.CONNECTED
    await row.save()
    assert (await updated(resources, row, name="Renamed")).models == ["llama3.2"]
    moved = await updated(resources, row, base_url=f"{URL}/other")
    assert (moved.models, moved.validation_status) == ([], ValidationStatus.PENDING)
