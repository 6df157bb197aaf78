"""What agents may be, how they change, and what stays of them."""

import asyncio
from typing import Any

import pytest

from rota.agents import service
from rota.agents.models import Agent, AgentRevision
from rota.agents.service import AgentChanges, NewAgent
from rota.audit.models import AuditEntry
from rota.inference.settings import ModelSettings, SettingsChanges
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.errors import Forbidden, InvalidInput, NameTaken, NotFound, StaleRevision
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers import service as providers
from rota.providers.errors import ProviderInactive
from rota.providers.models import Provider
from rota.wiring import RULES
from tests.agents.factories import agent, edited
from tests.observe import hearing, stored
from tests.providers.factories import provider

TABLES = ("agent", "agent_revision")


async def deactivate(resources: Resources, owner: Actor, row: Provider) -> None:
    async with unit_of_work(resources, RULES, owner) as work:
        await providers.update_provider(work, str(row.id), {"is_active": False}, None)


# A1 ------------------------------------------------------------------------------------


async def test_A1_an_agent_reads_back_as_it_was_typed(resources: Resources) -> None:
    home = await provider(resources)
    made = await agent(
        resources,
        name="  Message Classifier ",
        provider=home,
        description="",
        system_prompt=" Sort\r\n it. ☃ ",
        user_prompt="\t{{text}}\n",
        model_name=" llama3.2 ",
        model_settings={"temperature": 0.25, "max_tokens": None},
    )
    read = await service.get_agent(str(made.id))
    assert read is not None
    assert read.name == "Message Classifier"
    assert read.description == ""
    assert read.system_prompt == " Sort\r\n it. ☃ "
    assert read.user_prompt == "\t{{text}}\n"
    assert read.model_name == "llama3.2"
    assert read.settings == ModelSettings(temperature=0.25)
    assert read.provider_id == home.id
    assert read.revision == 1


async def test_A1_agents_are_listed_by_name_in_pages_and_by_provider(resources: Resources) -> None:
    home, other = await provider(resources), await provider(resources)
    for name in ("delta", "Alpha", "charlie"):
        await agent(resources, name=name, provider=home)
    await agent(resources, name="bravo", provider=other)

    first = await service.list_agents(3, None, None, None)
    rest = await service.list_agents(3, first.cursor(first.rows[-1]), None, None)
    at_home = await service.list_agents(None, None, None, str(home.id))
    found = await service.list_agents(None, None, "LPH", None)
    nowhere = await service.list_agents(None, None, None, "no id")

    assert [row.name for row in first.rows] == ["Alpha", "bravo", "charlie"]
    assert first.has_next
    assert [row.name for row in rest.rows] == ["delta"]
    assert not rest.has_next
    assert [row.name for row in at_home.rows] == ["Alpha", "charlie", "delta"]
    assert await at_home.count() == 3
    assert [row.name for row in found.rows] == ["Alpha"]
    assert nowhere.rows == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": " "}, ("name",)),
        ({"name": "x" * 101}, ("name",)),
        ({"name": "two\nlines"}, ("name",)),
        ({"description": "x" * 2_001}, ("description",)),
        ({"system_prompt": " \n\t"}, ("systemPrompt",)),
        ({"system_prompt": "x" * 100_001}, ("systemPrompt",)),
        ({"system_prompt": "nul\x00"}, ("systemPrompt",)),
        ({"user_prompt": "x" * 100_001}, ("userPrompt",)),
        ({"user_prompt": "\ud800"}, ("userPrompt",)),
        ({"model_name": "\u2003"}, ("modelName",)),
        ({"model_name": "x" * 201}, ("modelName",)),
        ({"model_settings": {"temperature": -0.1}}, ("modelSettings", "temperature")),
        ({"model_settings": {"temperature": 2.1}}, ("modelSettings", "temperature")),
        ({"model_settings": {"max_tokens": 0}}, ("modelSettings", "maxTokens")),
        ({"model_settings": {"timeout_seconds": 0}}, ("modelSettings", "timeoutSeconds")),
        ({"model_settings": {"timeout_seconds": 86_401}}, ("modelSettings", "timeoutSeconds")),
        ({"model_settings": {"output_retries": -1}}, ("modelSettings", "outputRetries")),
        ({"model_settings": {"output_retries": 11}}, ("modelSettings", "outputRetries")),
        ({"model_settings": {"stop": ["a", ""]}}, ("modelSettings", "stop", "1")),
        ({"model_settings": {"extra": {"n": 2}}}, ("modelSettings", "extra", "n")),
    ],
)
async def test_A1_what_breaks_a_limit_is_refused_by_create_and_update(
    resources: Resources, fields: dict[str, Any], path: tuple[str, ...]
) -> None:
    standing = await agent(resources)
    home = await Provider.get(id=standing.provider_id)
    before = await stored(*TABLES)

    with pytest.raises(InvalidInput) as created:
        await agent(resources, provider=home, **fields)
    with pytest.raises(InvalidInput) as updated:
        await edited(resources, standing, **fields)

    assert [issue.path for issue in created.value.issues] == [path]
    assert [issue.path for issue in updated.value.issues] == [path]
    assert await stored(*TABLES) == before


async def test_A1_every_limit_itself_is_taken(resources: Resources) -> None:
    settings: SettingsChanges = {
        "temperature": 2,
        "max_tokens": 1,
        "timeout_seconds": 86_400,
        "output_retries": 0,
    }
    made = await agent(
        resources,
        name="x" * 100,
        description="x" * 2_000,
        system_prompt="x" * 100_000,
        user_prompt="x" * 100_000,
        model_name="x" * 200,
        model_settings=settings,
    )
    assert (await Agent.get(id=made.id)).settings == ModelSettings(**settings)


async def test_A1_all_that_is_wrong_is_told_at_once(resources: Resources) -> None:
    with pytest.raises(InvalidInput) as refused:
        await agent(resources, name="", system_prompt="", model_settings={"temperature": 3})
    assert [issue.path[0] for issue in refused.value.issues] == [
        "name",
        "systemPrompt",
        "modelSettings",
    ]


async def test_A1_of_racing_requests_for_a_name_one_gets_it(resources: Resources) -> None:
    home = await provider(resources)
    spellings = ("Sorter", "sorter", " SORTER ", "Sorter ", "sORTER")
    results = await asyncio.gather(
        *(agent(resources, name=name, provider=home) for name in spellings), return_exceptions=True
    )
    [winner] = await Agent.all()
    refused = [result for result in results if isinstance(result, NameTaken)]
    assert len(refused) == len(spellings) - 1
    assert {error.existing_id for error in refused} == {winner.id}
    assert await AgentRevision.all().count() == 1


async def test_A1_a_taken_name_leaves_both_agents_as_they_are(resources: Resources) -> None:
    first, second = await agent(resources, name="First"), await agent(resources, name="Second")
    before = await stored(*TABLES)
    async with hearing(resources, "agent") as ear:
        with pytest.raises(NameTaken) as taken:
            await edited(resources, second, name="FIRST", model_name="other")
        assert await ear.names() == []
    assert taken.value.existing_id == first.id
    assert await stored(*TABLES) == before
    assert (await edited(resources, first, name="FIRST")).name == "FIRST"


NOBODY = "01890000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("wrong", [NOBODY, "", "no id", "\x00"])
async def test_A1_the_provider_must_exist(resources: Resources, wrong: str) -> None:
    standing = await agent(resources)
    before = await stored(*TABLES)
    async with unit_of_work(resources, RULES, Actor("Ada", Role.EDITOR)) as work:
        with pytest.raises(NotFound) as created:
            await service.create_agent(
                work,
                NewAgent(name="New", provider_id=wrong, system_prompt="x", model_name="m"),
            )
    with pytest.raises(NotFound) as updated:
        await edited(resources, standing, provider_id=wrong)
    assert created.value.path == updated.value.path == ("providerId",)
    assert created.value.id == wrong
    assert await stored(*TABLES) == before


async def test_A1_P6_an_inactive_provider_takes_no_new_agent_and_keeps_the_ones_it_has(
    resources: Resources, owner: Actor
) -> None:
    standing = await agent(resources)
    elsewhere = await agent(resources)
    home = await Provider.get(id=standing.provider_id)
    await deactivate(resources, owner, home)
    before = await stored(*TABLES)

    with pytest.raises(ProviderInactive) as created:
        await agent(resources, provider=home)
    with pytest.raises(ProviderInactive) as moved:
        await edited(resources, elsewhere, provider_id=str(home.id))
    assert created.value.path == moved.value.path == ("providerId",)
    assert created.value.provider_id == home.id
    assert await stored(*TABLES) == before

    kept = await edited(resources, standing, model_name="other", provider_id=str(home.id))
    assert kept.revision == 2


async def test_A1_P6_a_new_agent_and_the_deletion_of_its_provider_race_to_a_clear_end(
    resources: Resources, owner: Actor
) -> None:
    async def delete(row: Provider) -> Provider | None:
        async with unit_of_work(resources, RULES, owner) as work:
            return await providers.delete_provider(work, str(row.id))

    for _ in range(12):
        home = await provider(resources)
        made, kept = await asyncio.gather(
            agent(resources, provider=home), delete(home), return_exceptions=True
        )
        if isinstance(made, Agent):
            assert isinstance(kept, Provider)
            assert not kept.is_active
        else:
            assert isinstance(made, NotFound)
            assert kept is None
            assert not await Provider.exists(id=home.id)


# A2 ------------------------------------------------------------------------------------


async def test_A2_every_change_leaves_a_revision_that_never_changes(resources: Resources) -> None:
    home = await provider(resources, name="Home")
    made = await agent(resources, name="Sorter", provider=home, user_prompt="old")
    async with unit_of_work(resources, RULES, Actor("Grace", Role.EDITOR)) as work:
        await service.update_agent(
            work, str(made.id), {"user_prompt": None, "model_settings": {"temperature": 1}}, None
        )
    first = await stored("agent_revision")
    async with unit_of_work(resources, RULES, Actor("Ada", Role.OWNER)) as work:
        await providers.update_provider(work, str(home.id), {"name": "Renamed"}, None)
    await edited(resources, made, name="Sorter 2", system_prompt="New.")

    page = await service.list_revisions(str(made.id), None, None)
    newest = await service.current_revision(made.id)

    assert newest == page.rows[0]
    assert [
        (row.revision, row.name, row.system_prompt, row.user_prompt, row.settings, row.created_by)
        for row in page.rows
    ] == [
        (3, "Sorter 2", "New.", None, ModelSettings(temperature=1), "rota"),
        (2, "Sorter", "Sort it.", None, ModelSettings(temperature=1), "Grace"),
        (1, "Sorter", "Sort it.", "old", ModelSettings(), "rota"),
    ]
    assert [row.provider_name for row in page.rows] == ["Renamed", "Home", "Home"]
    now = await stored("agent_revision")
    assert all(row in now["agent_revision"] for row in first["agent_revision"])


async def test_A2_saving_without_a_change_makes_no_revision_and_no_event(
    resources: Resources,
) -> None:
    made = await agent(resources, name="Sorter", model_settings={"temperature": 1})
    before = await stored(*TABLES)
    same: list[AgentChanges] = [
        {},
        {"name": " Sorter "},
        {"system_prompt": made.system_prompt, "model_name": made.model_name},
        {"provider_id": str(made.provider_id).upper(), "user_prompt": None},
        {"model_settings": {"temperature": 1.0, "max_tokens": None}},
        {"model_settings": {}},
    ]
    async with hearing(resources, "agent") as ear:
        for changes in same:
            assert (await edited(resources, made, **changes)).revision == 1
        assert await ear.names() == []
        await edited(resources, made, name="sorter")
        assert await ear.names() == ["agent.updated"]
    assert (await stored(*TABLES)) != before


async def test_A2_settings_merge_and_null_resets_them(resources: Resources) -> None:
    made = await agent(resources, model_settings={"temperature": 1, "max_tokens": 5})
    made = await edited(resources, made, model_settings={"max_tokens": 6, "output_retries": 0})
    assert made.settings == ModelSettings(temperature=1, max_tokens=6, output_retries=0)
    made = await edited(resources, made, model_settings={"temperature": None})
    assert made.settings == ModelSettings(max_tokens=6, output_retries=0)
    made = await edited(resources, made, model_settings=None)
    assert made.settings == ModelSettings()
    assert made.revision == 4


async def test_A2_what_json_tells_apart_is_a_change(resources: Resources) -> None:
    made = await agent(resources, model_settings={"extra": {"switch": 1}})
    for revision, extra in ((1, {"switch": 1.0}), (2, {"switch": True}), (3, {"switch": None})):
        made = await edited(resources, made, model_settings={"extra": extra})
        assert made.revision == revision


@pytest.mark.parametrize("field", ["name", "provider_id", "system_prompt", "model_name"])
async def test_A2_what_is_required_cannot_be_null(resources: Resources, field: str) -> None:
    made = await agent(resources)
    before = await stored(*TABLES)
    with pytest.raises(InvalidInput):
        await edited(resources, made, **{field: None})
    assert await stored(*TABLES) == before


async def test_A2_of_two_edits_of_one_revision_the_second_is_told(resources: Resources) -> None:
    made = await agent(resources)

    async def edit(prompt: str) -> Agent:
        async with unit_of_work(resources, RULES, Actor("Ada", Role.EDITOR)) as work:
            return await service.update_agent(work, str(made.id), {"system_prompt": prompt}, 1)

    results = await asyncio.gather(edit("one"), edit("two"), return_exceptions=True)
    [stale] = [result for result in results if isinstance(result, StaleRevision)]
    assert stale.current_revision == 2
    assert await AgentRevision.all().count() == 2


async def test_A2_edits_that_race_each_get_their_revision(resources: Resources) -> None:
    made = await agent(resources)
    await asyncio.gather(*(edited(resources, made, system_prompt=f"{n}") for n in range(6)))
    page = await service.list_revisions(str(made.id), None, None)
    assert [row.revision for row in page.rows] == [7, 6, 5, 4, 3, 2, 1]


async def test_A2_the_audit_log_says_what_changed_and_who_did_it(resources: Resources) -> None:
    made = await agent(resources, name="Sorter")
    async with unit_of_work(resources, RULES, Actor("Grace", Role.EDITOR)) as work:
        await service.update_agent(
            work, str(made.id), {"system_prompt": "New.", "model_settings": {"max_tokens": 9}}, 1
        )
    entry = await AuditEntry.get(action="agent.updated")
    assert (entry.actor, entry.subject_id, entry.subject_name) == ("Grace", made.id, "Sorter")
    assert entry.changes == {
        "systemPrompt": ["Sort it.", "New."],
        "modelSettings.maxTokens": [None, 9],
    }


# A3 ------------------------------------------------------------------------------------


async def test_A3_a_deleted_agent_is_gone_and_its_revisions_stay(resources: Resources) -> None:
    made = await agent(resources, name="Sorter")
    kept = await agent(resources)
    async with hearing(resources, "agent") as ear:
        async with unit_of_work(resources, RULES, Actor("Ada", Role.EDITOR)) as work:
            await service.delete_agent(work, str(made.id))
        assert await ear.names() == ["agent.deleted"]
    assert await service.get_agent(str(made.id)) is None
    assert await Agent.all() == [kept]
    last = await service.current_revision(made.id)
    assert last is not None
    assert (last.name, last.revision) == ("Sorter", 1)
    assert (await agent(resources, name="Sorter")).id != made.id
    async with unit_of_work(resources, RULES, Actor("Ada", Role.EDITOR)) as work:
        with pytest.raises(NotFound):
            await service.delete_agent(work, str(made.id))


async def test_A1_an_operator_may_not_write(resources: Resources) -> None:
    made = await agent(resources)
    before = await stored(*TABLES)
    async with unit_of_work(resources, RULES, Actor("Eve", Role.OPERATOR)) as work:
        with pytest.raises(Forbidden):
            await service.create_agent(
                work, NewAgent(name="x", provider_id="", system_prompt="", model_name="")
            )
        with pytest.raises(Forbidden):
            await service.update_agent(work, str(made.id), {"name": "x"}, None)
        with pytest.raises(Forbidden):
            await service.delete_agent(work, str(made.id))
    assert await stored(*TABLES) == before
