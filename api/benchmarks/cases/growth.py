"""Whether what people look at most stays as fast when the tables have grown."""

import time
from statistics import median
from typing import Any

from benchmarks.cases.lists import DOCUMENT as AGENTS
from benchmarks.client import GraphQL
from benchmarks.figures import PRODUCT, Figures, at_most
from benchmarks.history import add_runs
from benchmarks.load import AGENTS as LOADED
from benchmarks.load import add_agents
from benchmarks.site import Site, open_site

SMALL = (1_000, 1_000, 10_000)
LARGE = (100_000, 1_000_000, 10_000_000)
CASE = "100,000 agents, 1,000,000 runs, 10,000,000 events"
REQUESTS, PAGES = 40, 1_000
RUNS = """{ runs(first: 50, statuses: [FAILED]) {
  nodes { id status agentName taskName queuedAt finishedAt error { code } }
  pageInfo { hasNextPage endCursor } } }"""
RUN = """query ($id: ID!) { run(id: $id) { id status input output agentName taskName queuedAt
  agentRevision { revision systemPrompt } taskRevision { revision responseSchema }
  usage { requests inputTokens outputTokens } events { __typename sequence at } } }"""
WALK = """query ($after: String) { runs(first: 50, after: $after) {
  nodes { id status agentName taskName queuedAt } pageInfo { hasNextPage endCursor } } }"""

Question = tuple[str, dict[str, Any]]


async def run(site: Site, figures: Figures, rounds: int) -> None:
    """Two sites, one small and one large, asked in turns."""
    async with (
        open_site(site.folder / "small") as small,
        open_site(site.folder / "large") as large,
    ):
        await _grow(small, *SMALL)
        await _grow(large, *LARGE)
        of_small, of_large = await _questions(small), await _questions(large)
        first: Question = (WALK, {"after": None})
        deep: Question = (WALK, {"after": await _cursor(large)})
        for turn in range(rounds + 1):
            counted = figures if turn else Figures()
            for what, question in of_small.items():
                before, after = await _medians((small, question), (large, of_large[what]))
                _compare(counted, what, ("at 1,000", before), ("grown", after))
            before, after = await _medians((large, first), (large, deep))
            _compare(counted, "runs", ("page 1", before), (f"page {PAGES:,}", after))
    for what in (*of_small, "runs"):
        figures.goal(CASE, f"{what}, ratio", at_most(1.3))


def _compare(
    figures: Figures, what: str, before: tuple[str, float], after: tuple[str, float]
) -> None:
    for name, value in (before, after):
        figures.add(CASE, f"{what}, {name}", "ms", PRODUCT, value)
    figures.add(CASE, f"{what}, ratio", "×", PRODUCT, after[1] / before[1])


async def _grow(site: Site, agents: int, runs: int, events: int) -> None:
    async with site.sql() as connection:
        if agents > LOADED:
            await add_agents(connection, LOADED + 1, agents)
        await add_runs(connection, 1, runs, events // runs)
    await site.start_api()


async def _questions(site: Site) -> dict[str, Question]:
    one = await site.value("SELECT id::text FROM run WHERE status = 'SUCCEEDED' LIMIT 1")
    return {
        "the list": (AGENTS, {"first": 50}),
        "the filtered run list": (RUNS, {}),
        "a run's detail": (RUN, {"id": one}),
    }


async def _cursor(site: Site) -> str:
    """Where the deep page begins; it is reached as people do, page by page."""
    http = GraphQL(site.urls["api"], site.headers)
    await http.open()
    cursor = None
    for _ in range(PAGES - 1):
        page = await http.ask(WALK, after=cursor)
        cursor = page["pageInfo"]["endCursor"]
    http.close()
    return str(cursor)


async def _medians(*asked: tuple[Site, Question]) -> list[float]:
    """Milliseconds of requests that take turns, one after the other."""
    connections = [GraphQL(site.urls["api"], site.headers) for site, _ in asked]
    times: list[list[float]] = [[] for _ in asked]
    for http in connections:
        await http.open()
    for _ in range(REQUESTS):
        for number, (http, (_, (document, variables))) in enumerate(
            zip(connections, asked, strict=True)
        ):
            begun = time.perf_counter()
            await http.ask(document, **variables)
            times[number].append((time.perf_counter() - begun) * 1000)
    for http in connections:
        http.close()
    return [median(each) for each in times]
