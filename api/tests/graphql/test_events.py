"""What many subscribers are told is put together once, and a burst of requests opens no more
connections than the pool has."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

from rota.graphql.planning import execution
from rota.platform.kernel.actor import Actor
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.platform.storage.database import connection
from rota.platform.storage.postgres_url import MAX_CONNECTIONS
from tests.agents.factories import agent
from tests.conftest import GraphQL, context_for, execute
from tests.observe import Subscriber, subscriber

CHANGED = "subscription { agentChanged { kind agent { name provider { name } } } }"
OTHER = "subscription { agentChanged { id } }"
UPDATE = """
mutation ($input: UpdateAgentInput!) { updateAgent(input: $input) { __typename } }
"""
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"


async def _executions(
    resources: Resources, graphql: GraphQL, monkeypatch: pytest.MonkeyPatch, documents: list[str]
) -> int:
    """How often one change is executed for subscribers with these documents."""
    made = await agent(resources)
    done = 0
    original = execution._event_answer

    async def counted(*args: Any) -> Any:
        nonlocal done
        done += 1
        return await original(*args)

    monkeypatch.setattr(execution, "_event_answer", counted)
    async with AsyncExitStack() as stack:
        clients: list[Subscriber] = [
            await stack.enter_async_context(subscriber(resources, document))
            for document in documents
        ]
        await graphql(UPDATE, input={"id": str(made.id), "description": "Another one."})
        for client in clients:
            await client.next()
    return done


async def test_one_change_is_executed_once_for_all_who_asked_the_same(
    resources: Resources, graphql: GraphQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _executions(resources, graphql, monkeypatch, [CHANGED] * 20) == 1


async def test_who_asked_for_something_else_is_not_given_the_same(
    resources: Resources, graphql: GraphQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _executions(resources, graphql, monkeypatch, [CHANGED, OTHER, CHANGED]) == 2


async def test_a_burst_of_requests_shares_the_pool(
    resources: Resources, owner: Actor, settings: Settings
) -> None:
    await agent(resources)
    outside = await asyncpg.connect(settings.database_url)
    pool: Any = connection()._pool
    before, own = await outside.fetchval(CONNECTIONS), pool.get_size()
    text = "{ agents { nodes { name provider { name } assignments { task { name } } } } }"
    answers = await asyncio.gather(
        *(execute(text, {}, context_for(resources, owner)) for _ in range(100))
    )
    assert not any(answer.errors for answer in answers)
    after = await outside.fetchval(CONNECTIONS)
    await outside.close()
    assert after - before <= MAX_CONNECTIONS - own
