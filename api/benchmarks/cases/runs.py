"""A typed run, everything counted but the vendor: on one that answers at once, and on one that
streams as models do."""

import asyncio
import json
import time
from contextlib import AsyncExitStack

from benchmarks.client import Job, fire
from benchmarks.figures import PRODUCT, Figures
from benchmarks.follow import Follower, follower
from benchmarks.measure import cpu_seconds
from benchmarks.rounds import add_percentiles
from benchmarks.site import Site

CASE = "a typed run, 16 in flight"
ALONE = "a typed run alone, runTask → output seen"
STREAMED = "a typed run of 107 pieces, one each 10 ms, 16 in flight"
YARDSTICK = "FastAPI + pydantic-ai + an insert"
RUNS, IN_FLIGHT, SINGLES = 320, 16, 40
STREAMED_RUNS = 96


async def run(site: Site, figures: Figures, rounds: int) -> None:
    plain = await site.start_yardstick("plain_run")
    await site.start_api()
    await site.start_worker()
    assignment = await site.assignment(await site.agent(0))
    streamer = await site.agent(1)
    await site.execute(
        "UPDATE agent_revision SET model_name = 'steady' WHERE agent_id::text = $1", streamer
    )
    streamed = await site.assignment(streamer)
    job = Job(
        f"{plain}/runs",
        RUNS,
        IN_FLIGHT,
        body=json.dumps({"message": "It does not start any more."}),
        headers={"Content-Type": "application/json"},
        expect='"category":"bug"',
    )
    await _product_round(site, Figures(), assignment, streamed)
    await _yardstick_round(site, Figures(), job)
    for _ in range(rounds):
        await _product_round(site, figures, assignment, streamed)
        await _yardstick_round(site, figures, job)
    figures.goal(CASE, "CPU per run, everything", "≤ 13 ms")
    figures.goal(CASE, "throughput", "≥ 80 /s")
    figures.goal(STREAMED, "CPU per run of the worker", "≤ 0.1 ms a piece: 10.7 ms")
    figures.goal(ALONE, "p50", "≤ 15 ms")


async def _product_round(site: Site, figures: Figures, assignment: str, streamed: str) -> None:
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(follower(site)) for _ in range(IN_FLIGHT)]
        await _together(site, figures, followers, (CASE, assignment, RUNS))
        await _together(site, figures, followers, (STREAMED, streamed, STREAMED_RUNS))
        singles = [await followers[0].run(assignment) for _ in range(SINGLES)]
        add_percentiles(figures, ALONE, PRODUCT, [single.succeeded for single in singles])


async def _together(
    site: Site, figures: Figures, followers: list[Follower], what: tuple[str, str, int]
) -> None:
    case, assignment, runs = what
    parts = {
        "the API": (site.pids["api"],),
        "the worker": (site.pids["worker"],),
        "the engines": site.engine_pids,
    }
    before = {name: cpu_seconds(*pids) for name, pids in parts.items()}
    begun = time.perf_counter()
    await _all(followers, assignment, runs)
    seconds = time.perf_counter() - begun
    spent = {name: cpu_seconds(*pids) - before[name] for name, pids in parts.items()}
    figures.add(case, "CPU per run, everything", "ms", PRODUCT, sum(spent.values()) / runs * 1000)
    for name, used in spent.items():
        figures.add(case, f"CPU per run of {name}", "ms", PRODUCT, used / runs * 1000)
    figures.add(case, "throughput", "/s", PRODUCT, runs / seconds)


async def _yardstick_round(site: Site, figures: Figures, job: Job) -> None:
    pids = (site.pids["plain_run"], *site.engine_pids)
    before = cpu_seconds(*pids)
    done = await fire(job)
    spent = cpu_seconds(*pids) - before
    figures.add(CASE, "CPU per run, everything", "ms", YARDSTICK, spent / RUNS * 1000)
    figures.add(CASE, "throughput", "/s", YARDSTICK, RUNS / done.seconds)
    alone = await fire(Job(job.url, SINGLES, 1, body=job.body, headers=job.headers))
    add_percentiles(figures, ALONE, YARDSTICK, alone.latencies)


async def _all(followers: list[Follower], assignment: str, runs: int) -> None:
    numbers = iter(range(runs))

    async def one(each: Follower) -> None:
        for _ in numbers:
            await each.run(assignment)

    async with asyncio.TaskGroup() as group:
        for each in followers:
            group.create_task(one(each))
