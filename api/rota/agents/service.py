"""What can be done with agents. The only writer of their rows and revisions."""

from copy import copy
from dataclasses import dataclass, field, replace
from typing import TypedDict
from uuid import UUID

from rota.agents.events import AgentCreated, AgentDeleted, AgentUpdated
from rota.agents.models import Agent, AgentRevision
from rota.inference.settings import RANGES, ModelSettings, SettingsChanges
from rota.platform.kernel.actor import Role
from rota.platform.kernel.errors import InvalidInput, NotFound
from rota.platform.kernel.events import Changes
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import clean_name, name_issues, name_key, search_key, text_issues
from rota.platform.storage.pages import BY_NAME, NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import insert, select_one
from rota.platform.storage.revisions import check_revision, differences, insert_named, save_named
from rota.platform.unit_of_work import UnitOfWork
from rota.providers.admission import usable_provider
from rota.providers.errors import ProviderInUse
from rota.providers.events import ProviderDeleting
from rota.providers.models import Provider

DESCRIPTION_LENGTH = 2_000
PROMPT_LENGTH = 100_000
MODEL_NAME_LENGTH = 200
REQUIRED = {
    "name": "name",
    "provider_id": "providerId",
    "system_prompt": "systemPrompt",
    "model_name": "modelName",
}
AUDITED = REQUIRED | {"description": "description", "user_prompt": "userPrompt"}
AUDITED_SETTINGS = {name: f"modelSettings.{label}" for name, (label, _, _) in RANGES.items()}


@dataclass(frozen=True, kw_only=True)
class AgentDraft:
    name: str
    description: str | None = None
    provider_id: str
    system_prompt: str
    user_prompt: str | None = None
    model_name: str
    model_settings: SettingsChanges = field(default_factory=SettingsChanges)


class AgentChanges(TypedDict, total=False):
    """Only what is to change; None clears."""

    name: str | None
    description: str | None
    provider_id: str | None
    system_prompt: str | None
    user_prompt: str | None
    model_name: str | None
    model_settings: SettingsChanges | None


async def get_agent(id: str) -> Agent | None:
    parsed = parse_id(id)
    return await select_one(Agent, parsed) if parsed else None


async def list_agents(
    first: int | None, after: str | None, search: str | None, provider_id: str | None
) -> Page[Agent]:
    query = Query(Agent)
    if search:
        query = query.where("position({} IN name_key) > 0", search_key(search))
    if provider_id is not None:
        query = query.where("provider_id = {}", parse_id(provider_id))
    return await fetch_page(query, BY_NAME, first, after, default=50)


async def list_revisions(
    agent_id: str, first: int | None, after: str | None
) -> Page[AgentRevision]:
    """Newest first; also those of an agent that is gone."""
    query = Query(AgentRevision).where("agent_id = {}", parse_id(agent_id))
    return await fetch_page(query, NEWEST_FIRST, first, after, default=20)


async def current_revision(agent_id: UUID) -> AgentRevision | None:
    """The newest one; of an agent that is gone, its last."""
    return await AgentRevision.filter(agent_id=agent_id).order_by("-revision").first()


async def create_agent(work: UnitOfWork, draft: AgentDraft) -> Agent:
    work.actor.require(Role.EDITOR)
    agent = Agent(
        id=new_id(),
        name=clean_name(draft.name),
        description=draft.description,
        system_prompt=draft.system_prompt,
        user_prompt=draft.user_prompt,
        model_name=draft.model_name.strip(),
        revision=1,
        created_at=work.now,
        updated_at=work.now,
    )
    agent.model_settings = ModelSettings(**draft.model_settings).stored()
    _check(agent)
    provider = await usable_provider(draft.provider_id, ["providerId"])
    agent.provider_id = provider.id
    await insert_named(agent, "agent")
    await _keep_revision(work, agent, provider)
    changes = _audited(None, agent)
    await work.emit(AgentCreated(id=agent.id, subject_name=agent.name, changes=changes))
    return agent


async def update_agent(
    work: UnitOfWork, id: str, changes: AgentChanges, expected_revision: int | None
) -> Agent:
    """What runs already keeps the revision it was made with."""
    work.actor.require(Role.EDITOR)
    agent = await _locked(id)
    check_revision(agent.revision, expected_revision)
    before = copy(agent)
    _apply(agent, changes)
    _check(agent)
    provider = await _provider_for(agent, changes.get("provider_id"))
    agent.provider_id = provider.id
    audited = _audited(before, agent)
    if not audited:
        return before
    agent.revision += 1
    agent.updated_at = work.now
    await save_named(agent, "agent")
    await _keep_revision(work, agent, provider)
    await work.emit(AgentUpdated(id=agent.id, subject_name=agent.name, changes=audited))
    return agent


async def delete_agent(work: UnitOfWork, id: str) -> None:
    """Its revisions stay, for the runs that were made with them."""
    work.actor.require(Role.EDITOR)
    agent = await _locked(id)
    await agent.delete()
    changes = {label: (value, None) for label, (_, value) in _audited(None, agent).items()}
    await work.emit(AgentDeleted(id=agent.id, subject_name=agent.name, changes=changes))


async def refuse_provider_deletion(work: UnitOfWork, event: ProviderDeleting) -> None:
    if await Agent.exists(provider_id=event.id):
        raise ProviderInUse


async def _locked(id: str) -> Agent:
    parsed = parse_id(id)
    agent = await Agent.filter(id=parsed).select_for_update().get_or_none() if parsed else None
    if agent is None:
        raise NotFound("agent", id, ["id"])
    return agent


async def _provider_for(agent: Agent, wanted: str | None) -> Provider:
    """An inactive provider keeps the agents it has."""
    if wanted is None or parse_id(wanted) == agent.provider_id:
        return await Provider.get(id=agent.provider_id)
    return await usable_provider(wanted, ["providerId"])


def _apply(agent: Agent, changes: AgentChanges) -> None:
    nulls = {name for name, value in changes.items() if value is None}
    for name, label in REQUIRED.items():
        if name in nulls:
            raise InvalidInput.at(label, "This cannot be null.")
    if "name" in changes:
        agent.name = clean_name(changes["name"] or "")
    if "model_name" in changes:
        agent.model_name = (changes["model_name"] or "").strip()
    if "system_prompt" in changes:
        agent.system_prompt = changes["system_prompt"] or ""
    if "description" in changes:
        agent.description = changes["description"]
    if "user_prompt" in changes:
        agent.user_prompt = changes["user_prompt"]
    if "model_settings" in changes:
        given = changes["model_settings"]
        merged = ModelSettings() if given is None else replace(agent.settings, **given)
        agent.model_settings = merged.stored()


def _check(agent: Agent) -> None:
    issues = [
        *name_issues(agent.name),
        *text_issues(agent.description, "description", DESCRIPTION_LENGTH),
        *text_issues(agent.system_prompt, "systemPrompt", PROMPT_LENGTH, required=True),
        *text_issues(agent.user_prompt, "userPrompt", PROMPT_LENGTH),
        *text_issues(agent.model_name, "modelName", MODEL_NAME_LENGTH, required=True),
        *agent.settings.issues(),
    ]
    if issues:
        raise InvalidInput(issues)
    agent.name_key = name_key(agent.name)


def _audited(before: Agent | None, agent: Agent) -> Changes:
    settings_before = before.settings if before else None
    return differences(before, agent, AUDITED) | differences(
        settings_before, agent.settings, AUDITED_SETTINGS
    )


async def _keep_revision(work: UnitOfWork, agent: Agent, provider: Provider) -> None:
    revision = AgentRevision(
        id=new_id(),
        agent_id=agent.id,
        revision=agent.revision,
        name=agent.name,
        description=agent.description,
        provider_id=provider.id,
        provider_name=provider.name,
        system_prompt=agent.system_prompt,
        user_prompt=agent.user_prompt,
        model_name=agent.model_name,
        model_settings=agent.model_settings,
        created_at=work.now,
        created_by=work.actor.name,
    )
    await insert(revision)
