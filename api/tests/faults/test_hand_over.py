"""D8: processes that are told to end hand over, and clients hardly notice."""

import asyncio
import time

from tests.faults.customers import Customers
from tests.faults.inject import Injector
from tests.faults.site import Site
from tests.faults.sockets import subscribed

EVENTS = "subscription ($run: ID!) { runEvents(runId: $run) { sequence } }"
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
