"""From a change's commit, as PostgreSQL has timed it, until its subscribers have it."""

import asyncio
from datetime import UTC, datetime
from functools import partial

from benchmarks.client import GraphQL
from benchmarks.figures import PRODUCT, Figures, at_most
from benchmarks.measure import cpu_seconds
from benchmarks.rounds import add_percentiles
from benchmarks.site import Site
from benchmarks.subscribers import Crowd, crowd

AGENT = 1  # its own, which it changes
ONE = "commit → one subscriber"
MANY = "commit → 1,000 subscribers to the same agent"
CHANGES, MANY_CHANGES, SUBSCRIBERS = 100, 10, 1_000
SECONDS_BETWEEN = 1.0
WATCH = """subscription ($id: ID!) { agentChanged(id: $id) {
  kind agent { id name description revision updatedAt provider { id name } } } }"""
UPDATE = """mutation ($input: UpdateAgentInput!) { updateAgent(input: $input) {
  __typename ... on UpdateAgentPayload { agent { revision } } ... on Error { message } } }"""
COMMITS = """
SELECT revision, pg_xact_commit_timestamp(xmin) FROM agent_revision WHERE agent_id::text = $1
"""


async def run(site: Site, figures: Figures, rounds: int) -> None:
    agent = await site.agent(AGENT)
    http = GraphQL(await site.start_api(), site.headers)
    async with crowd(site, 1) as one:
        await one.subscribe(WATCH, [{"id": agent}])
        for turn in range(rounds + 1):
            await _change(http, one, agent, CHANGES)
            if turn:
                add_percentiles(figures, ONE, PRODUCT, await _waits(site, one, agent))
            _forget(one)
    async with crowd(site, SUBSCRIBERS) as many:
        await many.subscribe(WATCH, [{"id": agent}] * SUBSCRIBERS)
        await _change(http, many, agent, 3, seconds=SECONDS_BETWEEN)
        for _ in range(rounds):
            _forget(many)
            before = cpu_seconds(site.pids["api"])
            await _change(http, many, agent, MANY_CHANGES, seconds=SECONDS_BETWEEN)
            spent = cpu_seconds(site.pids["api"]) - before
            waits = await _waits(site, many, agent)
            add_percentiles(figures, MANY, PRODUCT, waits)
            each = spent / len(waits) * 1e6
            figures.add(MANY, "CPU of the API per delivery", "µs", PRODUCT, each)
            missing = MANY_CHANGES * SUBSCRIBERS - len(waits)
            figures.add(MANY, "deliveries lost", "", PRODUCT, missing)
    figures.goal(ONE, "p95", at_most(10))
    figures.goal(MANY, "p95", at_most(100))
    figures.goal(MANY, "CPU of the API per delivery", at_most(50))
    figures.goal(MANY, "deliveries lost", at_most(0))


async def _change(
    http: GraphQL, watching: Crowd, agent: str, times: int, *, seconds: float = 0.0
) -> None:
    """Each change once everybody has the one before, which leaves no two to become one."""
    await http.open()
    for _ in range(times):
        enough = partial(_has, watching.deliveries + len(watching.seen))
        now = datetime.now(UTC).isoformat()
        await http.ask(UPDATE, input={"id": agent, "description": f"Changed at {now}."})
        await asyncio.gather(
            watching.until(enough, 10),
            asyncio.sleep(seconds),
        )
    http.close()


async def _waits(site: Site, watching: Crowd, agent: str) -> list[float]:
    async with site.sql() as connection:
        committed = {row[0]: row[1].timestamp() for row in await connection.fetch(COMMITS, agent)}
    return [
        now - committed[change["agent"]["revision"]]
        for seen in watching.seen
        for now, change in seen
    ]


def _forget(watching: Crowd) -> None:
    for seen in watching.seen:
        seen.clear()


def _has(wanted: int, crowd: Crowd) -> bool:
    return crowd.deliveries >= wanted
