"""A subscriber that does not take what it asked for is cut off; it costs the API little."""

import asyncio
import json
from pathlib import Path

from rota.platform.messaging.bus import MAX_QUEUED
from tests.faults.customers import Customers
from tests.faults.inject import Injector
from tests.faults.programs import Program
from tests.faults.site import Site
from tests.faults.sockets import subscribed
from tests.scenarios.documents import RUN_TASK

INPUTS = "subscription { runChanged { id run { input } } }"
LARGE = 1_000_000
FILLING = 40  # messages of this size are more than all buffers between the two hold


async def _memory(program: Program) -> int:
    status = await asyncio.to_thread(Path(f"/proc/{program.pid}/status").read_text)
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


async def test_D5_a_slow_subscriber_is_cut_off_with_1013_and_holds_no_memory(
    site: Site, customers: Customers, inject: Injector
) -> None:
    run_id = await _large_run(site, customers)
    ended = "SELECT finished_at IS NOT NULL FROM run WHERE id = $1"
    await inject.until(lambda: inject.value(ended, run_id))
    api = site.apis[0]
    event = {"name": "run.changed", "id": run_id, "status": "SUCCEEDED", "attempt": 1}
    event |= dict.fromkeys(("agent_id", "task_id", "assignment_id"), run_id)
    async with subscribed(api.url, site.secret, INPUTS) as socket, site.engines.redis() as redis:
        before = await _memory(api)
        for _ in range(FILLING + MAX_QUEUED + 100):
            await redis.publish(f"rota:run:{run_id}", json.dumps(event))
        await customers.ask_once(customers.name("quick"), api.url)  # others are served
        grown = await _memory(api) - before
        assert await socket.closed(60) == 1013
    assert grown < 100_000_000


async def _large_run(site: Site, customers: Customers) -> str:
    asked = {
        "assignmentId": site.assignments["patient"],
        "input": {"message": customers.name("quick") + " " * LARGE},
    }
    result = await customers.change(site.apis[0].url, RUN_TASK, asked)
    return str(result["run"]["id"])
