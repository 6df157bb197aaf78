"""What can be done with agents. The only writer of their rows and revisions."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, TypedDict
from uuid import UUID

from rota.agents.events import AgentCreated, AgentDeleted, AgentUpdated
from rota.agents.models import Agent, AgentRevision
from rota.audit.service import recorded_with
from rota.inference.settings import ModelSettings, SettingsChanges, public_names
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Role
from rota.platform.kernel.errors import Issue, NotFound
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import search_key
from rota.platform.storage.pages import BY_NAME, NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import select_one
from rota.platform.storage.revised import Field, Name, Text, revised
from rota.platform.storage.revisions import (
    check_revision,
    insert_at_once,
    insert_named,
    keep_revision,
    removal,
    revision_of,
    save_named,
    write,
)
from rota.platform.unit_of_work import UnitOfWork
from rota.providers.admission import usable, usable_provider
from rota.providers.errors import ProviderInUse
from rota.providers.events import ProviderDeleting
from rota.providers.models import Provider

MAX_DESCRIPTION_LENGTH = 2_000
MAX_PROMPT_LENGTH = 100_000
MAX_MODEL_NAME_LENGTH = 200


class ProviderId(Field):
    """Whether it names one is found out where the provider is read."""

    def clean(self, given: str, stored: Any) -> UUID | None:
        return parse_id(given)


class ModelName(Text):
    def clean(self, given: str, stored: Any) -> str:
        return given.strip()


class Settings(Field):
    """Merged into what is set already, null resets them all; rows keep only what is set. Compared
    and audited setting by setting."""

    def clean(self, given: SettingsChanges | None, stored: dict[str, Any]) -> dict[str, Any]:
        merged = ModelSettings() if given is None else replace(ModelSettings(**stored), **given)
        return merged.stored()

    def issues(self, value: dict[str, Any], label: str) -> list[Issue]:
        return [
            Issue((label, *issue.path), issue.message) for issue in ModelSettings(**value).issues()
        ]

    def parts(self, value: dict[str, Any], label: str) -> dict[str, Any]:
        return {f"{label}.{public}": value.get(name) for name, public in public_names().items()}

    def is_same(self, one: Any, other: Any) -> bool:
        return jsontext.is_same(one, other)


@dataclass(frozen=True, kw_only=True)
class NewAgent:
    name: Annotated[str, Name()]
    description: Annotated[str | None, Text(MAX_DESCRIPTION_LENGTH)] = None
    provider_id: Annotated[str, ProviderId(is_required=True)]
    system_prompt: Annotated[str, Text(MAX_PROMPT_LENGTH, is_required=True)]
    user_prompt: Annotated[str | None, Text(MAX_PROMPT_LENGTH)] = None
    model_name: Annotated[str, ModelName(MAX_MODEL_NAME_LENGTH, is_required=True)]
    model_settings: Annotated[SettingsChanges | None, Settings()] = None


REVISED = revised(NewAgent)


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


def list_agents(
    first: int | None, after: str | None, search: str | None, provider_id: str | None
) -> Page[Agent]:
    query = Query(Agent)
    if search:
        query = query.where("position({} IN name_key) > 0", search_key(search))
    if provider_id is not None:
        query = query.where("provider_id = {}", parse_id(provider_id))
    return fetch_page(query, BY_NAME, first, after, default=50)


def list_revisions(agent_id: str, first: int | None, after: str | None) -> Page[AgentRevision]:
    """Newest first; also those of an agent that is gone."""
    query = Query(AgentRevision).where("agent_id = {}", parse_id(agent_id))
    return fetch_page(query, NEWEST_FIRST, first, after, default=20)


async def current_revision(agent_id: UUID) -> AgentRevision | None:
    """The newest one; of an agent that is gone, its last."""
    return await AgentRevision.filter(agent_id=agent_id).order_by("-revision").first()


async def create_agent(work: UnitOfWork, new: NewAgent) -> Agent:
    """Raises InvalidInput, NotFound and ProviderInactive for its provider, and NameTaken."""
    agent, event = _new(work, new)
    provider = await usable_provider(new.provider_id, ["providerId"])
    await insert_named(agent, "agent")
    await _keep_revision(work, agent, provider)
    await work.emit(event)
    return agent


async def create_agent_at_once(work: UnitOfWork, new: NewAgent) -> Agent | None:
    """The same in one statement. None where that stored nothing: for its name or its provider,
    which `create_agent` tells. Raises InvalidInput."""
    agent, event = _new(work, new)
    held = revision_of(agent, REVISED, work.actor.name, agent_id=agent.id)
    provider = usable(agent.provider_id, {"provider_name": "name"})
    store = partial(insert_at_once, agent, (AgentRevision, held), given=provider)
    return agent if await recorded_with(work, event, store) else None


def _new(work: UnitOfWork, new: NewAgent) -> tuple[Agent, AgentCreated]:
    work.actor.require(Role.EDITOR)
    agent = Agent(id=new_id(), revision=1, created_at=work.now, updated_at=work.now)
    changes = write(agent, vars(new), REVISED)
    return agent, AgentCreated(id=agent.id, subject_name=agent.name, changes=changes)


async def update_agent(
    work: UnitOfWork, id: str, changes: AgentChanges, expected_revision: int | None
) -> Agent:
    """What runs already keeps the revision it was made with. Raises NotFound for the agent or its
    new provider, StaleRevision, InvalidInput, ProviderInactive, and NameTaken."""
    work.actor.require(Role.EDITOR)
    agent = await _locked(id)
    check_revision(agent.revision, expected_revision)
    audited = write(agent, changes, REVISED)
    if not audited:
        return agent
    moves_to = changes.get("provider_id") if "providerId" in audited else None
    provider = await _provider(agent, moves_to)
    agent.revision += 1
    agent.updated_at = work.now
    await save_named(agent, "agent")
    await _keep_revision(work, agent, provider)
    await work.emit(AgentUpdated(id=agent.id, subject_name=agent.name, changes=audited))
    return agent


async def delete_agent(work: UnitOfWork, id: str) -> None:
    """Its revisions stay, for the runs that were made with them. Raises NotFound."""
    work.actor.require(Role.EDITOR)
    agent = await _locked(id)
    await agent.delete()
    changes = removal(agent, REVISED)
    await work.emit(AgentDeleted(id=agent.id, subject_name=agent.name, changes=changes))


async def refuse_provider_deletion(work: UnitOfWork, event: ProviderDeleting) -> None:
    """Raises ProviderInUse while agents use it."""
    if await Agent.exists(provider_id=event.id):
        raise ProviderInUse


async def _locked(id: str) -> Agent:
    parsed = parse_id(id)
    agent = await Agent.filter(id=parsed).select_for_update().get_or_none() if parsed else None
    if agent is None:
        raise NotFound("agent", id, ["id"])
    return agent


async def _provider(agent: Agent, moves_to: str | None) -> Provider:
    """An inactive provider keeps the agents it has."""
    if moves_to is None:
        return await Provider.get(id=agent.provider_id)
    return await usable_provider(moves_to, ["providerId"])


async def _keep_revision(work: UnitOfWork, agent: Agent, provider: Provider) -> None:
    more = {"agent_id": agent.id, "provider_name": provider.name}
    await keep_revision(AgentRevision, agent, REVISED, work.actor.name, **more)
