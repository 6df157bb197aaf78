"""A typed run, everything counted but the vendor: on one that answers at once, and on one that
streams as models do; and the statements it takes."""

import json
from contextlib import AsyncExitStack
from dataclasses import replace

from benchmarks.client import Job, fire
from benchmarks.figures import PRODUCT, Figures, at_least, at_most
from benchmarks.follow import all_run, follower
from benchmarks.rounds import add_percentiles
from benchmarks.site import Site
from benchmarks.spending import PER_RUN, Parts, spending
from benchmarks.statements import counting
from benchmarks.vendor import STEADY_PIECES

CASE = "a typed run, 16 in flight"
STREAMED = "a typed run of 107 pieces, one each 10 ms, 16 in flight"
ALONE = "a typed run alone, runTask → output seen"
STATEMENTS = "what a typed run asks of the engines"
PLAIN = "FastAPI + pydantic-ai + an insert"
QUEUED = "FastAPI + arq + pydantic-ai"
QUEUED_STREAM = "FastAPI + arq + pydantic-ai, streamed"
FLOOR = "Starlette + httpx + check + an insert"
RUNS, IN_FLIGHT, SINGLES = 320, 16, 40
STREAMED_RUNS = 96
BEYOND = "CPU of the worker a piece, beyond a run that has none"
WHOLE = "CPU of the worker a piece, all of it"


async def run(site: Site, figures: Figures, rounds: int) -> None:
    await site.start_api()
    await site.start_worker()
    await site.start_yardstick_worker("queue_worker")
    peers = {
        PLAIN: await site.start_yardstick("plain_run"),
        QUEUED: await site.start_yardstick("queue_api"),
        FLOOR: await site.start_yardstick("run_floor"),
    }
    assignment = await site.assignment(await site.agent(0))
    streamer = await site.agent(1)
    await site.execute(
        "UPDATE agent_revision SET model_name = 'steady' WHERE agent_id::text = $1", streamer
    )
    streamed = await site.assignment(streamer)
    for turn in range(rounds + 1):
        kept = figures if turn else Figures()  # everybody warms up
        await _product_round(site, kept, assignment, streamed)
        with site.awake("queue_worker"):
            for name, url in peers.items():
                await _peer_round(site, kept, name, url)
            await _streaming_round(site, kept, peers[QUEUED])
    await _count_statements(site, figures, assignment)
    _set_goals(figures)


def _set_goals(figures: Figures) -> None:
    figures.goal(CASE, PER_RUN, at_most(0.8, QUEUED), at_most(5, FLOOR))
    figures.goal(CASE, "throughput", at_least(130))
    figures.goal(STREAMED, PER_RUN, at_most(0.4, QUEUED_STREAM))
    figures.goal(STREAMED, BEYOND, at_most(0.1))
    figures.goal(STREAMED, WHOLE, at_most(0.1))
    figures.goal(ALONE, "p50", at_most(12))
    figures.goal(STATEMENTS, "statements", at_most(8))


def _parts(site: Site, name: str) -> Parts:
    """What is counted of each."""
    own = {
        PRODUCT: {"the API": "api", "the worker": "worker"},
        PLAIN: {"the API": "plain_run"},
        QUEUED: {"the API": "queue_api", "the worker": "queue_worker"},
        FLOOR: {"the API": "run_floor"},
    }[name]
    return {
        **{part: (site.pids[process],) for part, process in own.items()},
        "the engines": site.engine_pids,
    }


async def _product_round(site: Site, figures: Figures, assignment: str, streamed: str) -> None:
    parts = _parts(site, PRODUCT)
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(follower(site)) for _ in range(IN_FLIGHT)]
        with spending(figures, CASE, PRODUCT, parts, RUNS) as spent:
            await all_run(followers, assignment, RUNS)
        with spending(figures, STREAMED, PRODUCT, parts, STREAMED_RUNS) as streaming:
            await all_run(followers, streamed, STREAMED_RUNS)
        whole, instant = streaming["the worker"], spent["the worker"]
        figures.add(STREAMED, BEYOND, "ms", PRODUCT, (whole - instant) / STEADY_PIECES)
        figures.add(STREAMED, WHOLE, "ms", PRODUCT, whole / STEADY_PIECES)
        singles = [await followers[0].run(assignment) for _ in range(SINGLES)]
        add_percentiles(figures, ALONE, PRODUCT, [single.succeeded for single in singles])


async def _peer_round(site: Site, figures: Figures, name: str, url: str) -> None:
    job = _job(f"{url}/runs", "small", RUNS)
    with spending(figures, CASE, name, _parts(site, name), RUNS):
        await fire(job)
    alone = await fire(replace(job, requests=SINGLES, connections=1))
    add_percentiles(figures, ALONE, name, alone.latencies)


async def _streaming_round(site: Site, figures: Figures, url: str) -> None:
    parts = _parts(site, QUEUED)
    for name, path in ((QUEUED, "runs"), (QUEUED_STREAM, "streams")):
        with spending(figures, STREAMED, name, parts, STREAMED_RUNS):
            await fire(_job(f"{url}/{path}", "steady", STREAMED_RUNS))


def _job(url: str, model: str, runs: int) -> Job:
    return Job(
        url,
        runs,
        IN_FLIGHT,
        body=json.dumps({"message": "It does not start any more.", "model": model}),
        headers={"Content-Type": "application/json"},
        expect='"bug"',
    )


async def _count_statements(site: Site, figures: Figures, assignment: str) -> None:
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(follower(site)) for _ in range(IN_FLIGHT)]
        async with counting(site) as counted:
            await all_run(followers, assignment, RUNS)
    for measure, number in counted.items():
        figures.add(STATEMENTS, measure, "a run", PRODUCT, number / RUNS)
