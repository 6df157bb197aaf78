"""How soon a run starts, as a subscriber sees it, and what a worker costs that has none."""

import asyncio

from benchmarks.figures import PRODUCT, Figures, at_most
from benchmarks.follow import follower
from benchmarks.measure import cpu_seconds
from benchmarks.rounds import add_percentiles
from benchmarks.site import Site

CASE = "runTask acknowledged → RunStarted seen"
IDLE = "idle"
RUNS, IDLE_SECONDS = 200, 10


async def run(site: Site, figures: Figures, rounds: int) -> None:
    worker = await site.start_worker()
    assignment = await site.assignment(await site.agent(0))
    async with follower(site) as one:
        for _ in range(20):
            await one.run(assignment)
        for _ in range(rounds):
            followed = [await one.run(assignment) for _ in range(max(1, RUNS // rounds))]
            waits = [max(0.0, each.started - each.acknowledged) for each in followed]
            add_percentiles(figures, CASE, PRODUCT, waits)
    for _ in range(min(rounds, 3)):
        before = cpu_seconds(worker)
        await asyncio.sleep(IDLE_SECONDS)
        share = (cpu_seconds(worker) - before) / IDLE_SECONDS
        figures.add(IDLE, "a worker, of a core", "%", PRODUCT, share * 100)
    figures.goal(CASE, "p50", at_most(15))
    figures.goal(CASE, "p95", at_most(40))
    figures.goal(IDLE, "a worker, of a core", at_most(0.5))
