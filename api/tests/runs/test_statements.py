"""What a run costs the database, all of it: its request, its claim, its end, and who follows it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest

from rota.access.service import authenticate_token
from rota.assignments.registry import AgentRegistry
from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from rota.runs.dispatcher import Dispatcher
from rota.wiring import RULES
from tests.access.factories import token
from tests.conftest import GraphQL
from tests.observe import subscriber
from tests.runs.conftest import Server
from tests.runs.factories import assignment
from tests.vendors.script import Says

MAX_STATEMENTS = 5
GOOD = '{"category": "bug", "confidence": 0.9}'
RUN_TASK = """mutation ($id: ID!) { runTask(input: {assignmentId: $id, input: {message: "x"}}) {
    ... on RunTaskPayload { run { id } } } }"""
RUN_EVENTS = """subscription ($id: ID!) { runEvents(runId: $id) {
    __typename ... on RunSucceeded { output } } }"""


@contextmanager
def sent() -> Iterator[list[str]]:
    """All that the driver sends meanwhile, BEGIN and COMMIT too."""
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
            patch.setattr(asyncpg.Connection, name, _noting(name, seen))
        yield seen


def _noting(name: str, seen: list[str]) -> Any:
    call = getattr(asyncpg.Connection, name)

    async def noted(self: asyncpg.Connection, query: str, *args: Any, **named: Any) -> Any:
        seen.append(query)
        return await call(self, query, *args, **named)

    return noted


async def _one_run(
    resources: Resources, graphql: GraphQL, dispatcher: Dispatcher, secret: str, at: str
) -> None:
    await authenticate_token(secret)
    run = (await graphql(RUN_TASK, Role.OPERATOR, id=at))["runTask"]["run"]
    async with subscriber(resources, RUN_EVENTS, id=run["id"]) as client:
        assert (await client.next())["__typename"] == "RunQueued"
        [work] = (await dispatcher.claim(5)).values()
        await work.perform()
        last = {"__typename": ""}
        while last["__typename"] != "RunSucceeded":
            last = await client.next()
        assert last == {"__typename": "RunSucceeded", "output": json.loads(GOOD)}


async def test_a_run_takes_five_statements(
    resources: Resources, graphql: GraphQL, vendor: Server
) -> None:
    """Once its task, its agent and its provider are known to the processes."""
    at = str((await assignment(resources, base_url=vendor.url)).id)
    _, secret = await token(resources, Role.OPERATOR)
    registry = AgentRegistry(resources, "worker")
    dispatcher = Dispatcher(resources, RULES, RULES.sources["run"], registry, "worker")
    vendor.will(*[Says(tuple(GOOD))] * 2)
    async with asyncio.timeout(20):
        await _one_run(resources, graphql, dispatcher, secret, at)
        with sent() as seen:
            await _one_run(resources, graphql, dispatcher, secret, at)
    assert len(seen) <= MAX_STATEMENTS, "\n\n".join(seen)
    assert any("SELECT" in query for query in seen), "nothing was noted"
