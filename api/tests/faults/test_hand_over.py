"""D8: processes that are told to end hand over, and clients hardly notice."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.faults.customers import Customers
from tests.faults.inject import Injector
from tests.faults.programs import Program
from tests.faults.site import Site
from tests.faults.sockets import subscribed
from tests.scenarios.documents import RUN_TASK

EVENTS = "subscription ($run: ID!) { runEvents(runId: $run) { sequence } }"
RUN_END = "query ($id: ID!) { run(id: $id) { finishedAt } }"
HISTORY = "SELECT string_agg(type, ' ' ORDER BY sequence) FROM run_event WHERE run_id = $1"


async def _until_ended(inject: Injector, run_id: str) -> None:
    ended = "SELECT finished_at IS NOT NULL FROM run WHERE id = $1"
    await inject.until(lambda: inject.value(ended, run_id))


async def test_D8_a_worker_hands_its_runs_over_and_ends_within_10_s(
    customers: Customers, inject: Injector
) -> None:
    run_id = await customers.ask(customers.name("long"))
    worker = await inject.until(lambda: inject.holder(run_id))
    begun = time.monotonic()
    await worker.terminate(10)
    handed_over = time.monotonic()
    assert await inject.until(lambda: inject.holder(run_id)) is not worker
    assert time.monotonic() - handed_over < 5  # the next worker does not wait for a lease
    assert time.monotonic() - begun < 15
    await worker.start()
    await _until_ended(inject, run_id)
    assert await inject.value("SELECT lost_leases FROM run WHERE id = $1", run_id) == 0
    history = await inject.value(HISTORY, run_id)
    assert history.count("STARTED") == 2
    assert history.count("REQUEUED") == 1
    assert history.endswith("SUCCEEDED")


async def test_D8_an_api_closes_its_sockets_and_ends_within_10_s(
    site: Site, customers: Customers
) -> None:
    run_id = await customers.ask(customers.name("long"))
    api = site.apis[1]
    async with subscribed(api.url, site.secret, EVENTS, run=run_id) as socket:
        code, _ = await asyncio.gather(socket.closed(), api.terminate(10))
    assert code in (1001, 1012)
    await api.start()
    await api.ready()


async def test_D8_a_rolling_restart_under_load_fails_no_request(
    site: Site, customers: Customers
) -> None:
    begun = datetime.now(UTC)
    done = asyncio.Event()
    asking = [asyncio.create_task(_ask_until(done, site, customers)) for _ in range(4)]
    following = []
    for program in _in_turn(site):
        name = customers.name("plain")
        await customers.ask(name)
        following.append(asyncio.create_task(customers.follow(name)))
        await program.terminate(10)
        await program.start()
        if program.url:
            await program.ready()
    done.set()
    answered = sum(await asyncio.gather(*asking))
    await asyncio.gather(*following)
    assert answered > 100
    assert await site.all_ended(60)
    async with site.engines.sql() as connection:
        found = await connection.fetch(
            "SELECT DISTINCT status, error_code, lost_leases FROM run WHERE queued_at > $1", begun
        )
    assert [tuple(row) for row in found] == [("SUCCEEDED", None, 0)]


def _in_turn(site: Site) -> list[Program]:
    return [program for pair in zip(site.apis, site.workers, strict=True) for program in pair]


async def _ask_until(done: asyncio.Event, site: Site, customers: Customers) -> int:
    """Asks for runs and looks at each until it ends: how many answers there were. No request is
    sent twice. As a proxy does, it keeps a connection to an API until an answer closes it, then
    looks for an API that is ready."""
    headers = {"Authorization": f"Bearer {site.secret}"}
    answered = 0
    async with httpx.AsyncClient(trust_env=False, headers=headers, timeout=20) as http:
        url = await _ready_one(http, site)

        async def answer(query: str, **variables: Any) -> Any:
            nonlocal answered, url
            body = {"query": query, "variables": variables}
            got = await http.post(f"{url}/graphql", json=body)
            assert got.status_code == 200, got.text
            answered += 1
            if got.headers.get("connection") == "close":
                url = await _ready_one(http, site)
            return got.json()["data"]

        while not done.is_set():
            message = {"message": customers.name("quick")}
            asking = {"assignmentId": site.assignments["patient"], "input": message}
            run = (await answer(RUN_TASK, input=asking))["runTask"]["run"]
            while not (await answer(RUN_END, id=run["id"]))["run"]["finishedAt"]:
                pass
    return answered


async def _ready_one(http: httpx.AsyncClient, site: Site) -> str:
    while True:
        for api in site.apis:
            try:
                if (await http.get(f"{api.url}/readyz")).status_code == 200:
                    return api.url
            except httpx.TransportError:
                pass  # it is not there; the other one is
