"""The harness would notice: each safeguard is taken out in turn, and the audit finds it.

With all of them in place the same faults leave it clean: that is the short dose.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from tests.faults.audit import Audit, audit
from tests.faults.books import Books
from tests.faults.customers import Customers
from tests.faults.inject import Injector
from tests.faults.site import own_site


async def _paused_past_its_lease(inject: Injector) -> None:
    await inject.pause_worker()
    assert await inject.site.all_ended(60)


async def _killed(inject: Injector) -> None:
    run_id = await inject.customers.ask(inject.customers.name("long"))
    worker = await inject.until(lambda: inject.holder(run_id))
    await worker.kill()
    await worker.start()
    # Two leases, and the time that the run would take.
    await inject.site.all_ended(40)


async def _hopping(inject: Injector) -> None:
    name = inject.customers.name("long")
    await inject.customers.ask(name)
    await inject.customers.follow(name, hops=True)


Scene = Callable[[Injector], Awaitable[None]]
SCENES: dict[str, Scene] = {"fence": _paused_past_its_lease, "sweep": _killed, "replay": _hopping}


async def _played(folder: Path, scene: str) -> Audit:
    random = Random(1)
    workers = 2 if scene == "fence" else 1
    async with (
        own_site(folder, random, apis=1, workers=workers, without=scene) as site,
        Customers(site, random) as customers,
    ):
        async with asyncio.timeout(100):
            await SCENES[scene](Injector(site, customers, random, Books()))
        return await audit(customers)


@pytest.mark.timeout(180)
async def test_without_a_safeguard_the_audit_finds_what_it_guards_against(tmp_path: Path) -> None:
    fence, sweep, replay = await asyncio.gather(
        *(_played(tmp_path / scene, scene) for scene in SCENES)
    )
    assert fence.stale_writes, fence
    assert sweep.unfinished, sweep
    assert replay.seen_by_clients, replay
