"""Agents for tests."""

from itertools import count
from typing import Any, cast

from rota.agents import service
from rota.agents.models import Agent
from rota.agents.service import AgentChanges, NewAgent
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.models import Provider
from rota.wiring import RULES
from tests.providers import factories as providers

_numbers = count(1)


async def agent(
    resources: Resources, *, name: str | None = None, provider: Provider | None = None, **more: Any
) -> Agent:
    """`more`: other fields of an NewAgent."""
    owner = provider or await providers.provider(resources)
    fields = {"system_prompt": "Sort it.", "model_name": "llama3.2"} | more
    if name is None:
        name = f"Agent {next(_numbers)}"
    draft = NewAgent(name=name, provider_id=str(owner.id), **fields)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.create_agent(work, draft)


async def edited(resources: Resources, agent: Agent, **changes: Any) -> Agent:
    """The agent after an update with these changes."""
    given = cast("AgentChanges", changes)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.update_agent(work, str(agent.id), given, None)
