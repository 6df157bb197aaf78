"""Batch reads of agents and their revisions."""

from collections.abc import Sequence
from uuid import UUID

from rota.agents.models import Agent, AgentRevision


async def agents_by_id(ids: Sequence[UUID]) -> list[Agent | None]:
    found = {row.id: row for row in await Agent.filter(id__in=set(ids))}
    return [found.get(key) for key in ids]


async def agent_revisions_by_id(ids: Sequence[UUID]) -> list[AgentRevision | None]:
    found = {row.id: row for row in await AgentRevision.filter(id__in=set(ids))}
    return [found.get(key) for key in ids]
