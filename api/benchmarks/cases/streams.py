"""Fifty runs that stream at once, four events a second each, and twenty subscribers to each."""

import asyncio
import time

from benchmarks.cases.deliveries import UPDATE
from benchmarks.client import GraphQL, Job, once
from benchmarks.figures import PRODUCT, Figures, at_most
from benchmarks.follow import ask_run
from benchmarks.measure import cpu_seconds
from benchmarks.rounds import add_percentiles
from benchmarks.site import Site
from benchmarks.subscribers import Crowd, crowd

CASE = "50 streams, 200 events a second, 1,000 subscribers"
AGENT = 2  # its own, which it changes
STREAMS, SUBSCRIBERS = 50, 1_000
WATCH = """subscription ($id: ID!) { runEvents(runId: $id) { __typename sequence runId
  ... on RunOutputDelta { text } } }"""
COMMITS = """
SELECT run_id::text, sequence, pg_xact_commit_timestamp(xmin) FROM run_event
WHERE run_id = ANY($1::uuid[])
"""
OLDEST_BEAT = """
SELECT max(extract(epoch FROM interval '10 seconds' - (lease_until - now())))::float FROM run
WHERE status = 'RUNNING'
"""


async def run(site: Site, figures: Figures, rounds: int) -> None:
    await site.start_worker()
    agent = await site.agent(AGENT)
    http = GraphQL(await site.start_api(), site.headers)
    await http.open()
    await http.ask(UPDATE, input={"id": agent, "modelName": "paced"})
    http.close()
    assignment = await site.assignment(agent)
    for _ in range(min(rounds, 3)):
        await _round(site, figures, assignment)
    figures.goal(CASE, "p95", at_most(80))
    figures.goal(CASE, "CPU of the API per delivery", at_most(70))
    figures.goal(CASE, "events lost", at_most(0))


async def _round(site: Site, figures: Figures, assignment: str) -> None:
    http = GraphQL(await site.start_api(), site.headers)
    beats: list[float] = []
    async with crowd(site, SUBSCRIBERS) as all_:
        await http.open()
        runs = [await ask_run(http, assignment) for _ in range(STREAMS)]
        http.close()
        await all_.subscribe(WATCH, [{"id": runs[n % STREAMS]} for n in range(SUBSCRIBERS)])
        before, had = cpu_seconds(site.pids["api"]), all_.deliveries
        watching = asyncio.create_task(_watch_heartbeat(site, beats))
        await once(Job(f"{site.urls['vendor']}/begin?answers={STREAMS}", 1))
        begun = time.time()
        await all_.until(lambda crowd: crowd.completed + len(crowd.lost) >= SUBSCRIBERS, 60)
        watching.cancel()
        spent = cpu_seconds(site.pids["api"]) - before
        deliveries, seconds = all_.deliveries - had, time.time() - begun
    await asyncio.wait([watching])
    waits, lost = await _waits(site, all_, runs, begun)
    add_percentiles(figures, CASE, PRODUCT, waits)
    figures.add(CASE, "deliveries", "/s", PRODUCT, deliveries / seconds)
    figures.add(CASE, "CPU of the API per delivery", "µs", PRODUCT, spent / deliveries * 1e6)
    figures.add(CASE, "sockets lost", "", PRODUCT, len(all_.lost))
    figures.add(CASE, "events lost", "", PRODUCT, lost)
    figures.add(CASE, "oldest heartbeat", "s", PRODUCT, max(beats))


async def _watch_heartbeat(site: Site, beats: list[float]) -> None:
    """How long ago the lease was renewed that is renewed least; it runs out after 10 s."""
    async with site.sql() as connection:
        while True:
            beats.append(await connection.fetchval(OLDEST_BEAT) or 0.0)
            await asyncio.sleep(0.1)


async def _waits(
    site: Site, watching: Crowd, runs: list[str], since: float
) -> tuple[list[float], int]:
    """Of what was committed while everybody listened; and how many events somebody lacks."""
    async with site.sql() as connection:
        rows = await connection.fetch(COMMITS, runs)
    committed = {(run, sequence): at.timestamp() for run, sequence, at in rows}
    waits, lost = [], 0
    for number, seen in enumerate(watching.seen):
        run = runs[number % STREAMS]
        mine = {event["sequence"] for _, event in seen}
        lost += sum(key[0] == run and key[1] not in mine for key in committed)
        for now, event in seen:
            at = committed[run, event["sequence"]]
            if at >= since:
                waits.append(now - at)
    return waits, lost
