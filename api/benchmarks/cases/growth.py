"""Whether what people look at most stays as fast when the tables have grown."""

import time
from statistics import median
from typing import Any

from benchmarks.cases.lists import DOCUMENT as AGENTS
from benchmarks.client import GraphQL
from benchmarks.figures import PRODUCT, Figures
from benchmarks.history import add_runs
from benchmarks.load import add_agents
from benchmarks.site import Site

CASE = "growth"
SMALL = (1_000, 1_000, 10_000)
LARGE = (100_000, 1_000_000, 10_000_000)
REQUESTS = 40
RUNS = """query ($task: ID, $after: String) {
  runs(first: 50, statuses: [FAILED], taskId: $task, after: $after) {
    nodes { id status agentName taskName queuedAt finishedAt error { code } }
    pageInfo { hasNextPage endCursor } } }"""
RUN = """query ($id: ID!) { run(id: $id) { id status input output agentName taskName queuedAt
  agentRevision { revision systemPrompt } taskRevision { revision responseSchema }
  usage { requests inputTokens outputTokens } events { __typename sequence at } } }"""
WALK = """query ($after: String) { runs(first: 50, after: $after) {
  nodes { id status agentName taskName queuedAt } pageInfo { hasNextPage endCursor } } }"""
PAGES = 1_000


async def run(site: Site, figures: Figures, rounds: int) -> None:
    """The tables only grow, so the rounds of each size follow one another."""
    async with site.sql() as connection:
        await add_runs(connection, 1, SMALL[1], SMALL[2] // SMALL[1])
    small = await _times(site, rounds)
    async with site.sql() as connection:
        await add_agents(connection, SMALL[0] + 1, LARGE[0])
        await add_runs(connection, SMALL[1] + 1, LARGE[1], LARGE[2] // LARGE[1])
    large = await _times(site, rounds)
    for what, before in small.items():
        for value in before:
            figures.add(CASE, f"{what}, small", "ms", PRODUCT, value)
        for value in large[what]:
            figures.add(CASE, f"{what}, large", "ms", PRODUCT, value)
            figures.add(CASE, f"{what}, large to small", "×", PRODUCT, value / median(before))
        figures.goal(CASE, f"{what}, large to small", "≤ 1.3 ×")
    await _depth(site, figures, rounds)


async def _times(site: Site, rounds: int) -> dict[str, list[float]]:
    """The median in milliseconds of requests one after the other, in each round."""
    one = await site.value("SELECT id::text FROM run WHERE status = 'SUCCEEDED' LIMIT 1")
    task = await site.value("SELECT task_id::text FROM run WHERE status = 'FAILED' LIMIT 1")
    http = GraphQL(await site.start_api(), site.headers)
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "the list": (AGENTS, {"first": 50}),
        "the filtered run list": (RUNS, {"task": task}),
        "a run's detail": (RUN, {"id": one}),
    }
    await http.open()
    found: dict[str, list[float]] = {what: [] for what in asked}
    for turn in range(rounds + 1):
        for what, (document, variables) in asked.items():
            value = await _median(http, document, variables)
            if turn:
                found[what].append(value)
    http.close()
    return found


async def _depth(site: Site, figures: Figures, rounds: int) -> None:
    http = GraphQL(await site.start_api(), site.headers)
    await http.open()
    cursor = None
    for _ in range(PAGES - 1):
        page = await http.ask(WALK, after=cursor)
        cursor = page["pageInfo"]["endCursor"]
    for turn in range(rounds + 1):
        first = await _median(http, WALK, {"after": None})
        deep = await _median(http, WALK, {"after": cursor})
        if turn:
            figures.add(CASE, "runs, page 1", "ms", PRODUCT, first)
            figures.add(CASE, f"runs, page {PAGES:,}", "ms", PRODUCT, deep)
            figures.add(CASE, f"runs, page {PAGES:,} to page 1", "×", PRODUCT, deep / first)
    figures.goal(CASE, f"runs, page {PAGES:,} to page 1", "≈ 1 ×")
    http.close()


async def _median(http: GraphQL, document: str, variables: dict[str, Any]) -> float:
    times = []
    for _ in range(REQUESTS):
        begun = time.perf_counter()
        await http.ask(document, **variables)
        times.append((time.perf_counter() - begun) * 1000)
    return median(times)
