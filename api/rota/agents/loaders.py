"""Batch reads of agents and their revisions."""

from collections.abc import Sequence
from uuid import UUID

from rota.agents.models import Agent, AgentRevision
from rota.platform.hydration import select_by_id


async def agents_by_id(ids: Sequence[UUID]) -> list[Agent | None]:
    return await select_by_id(Agent, ids)


async def agent_revisions_by_id(ids: Sequence[UUID]) -> list[AgentRevision | None]:
    return await select_by_id(AgentRevision, ids)
