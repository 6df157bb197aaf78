"""The harness would notice: the sweep and the replay are taken out in turn, and the audit finds it.

With both in place the same faults leave it clean: that is the short dose. The fence is taken out in
tests/runs/test_claims.py.
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
SCENES: dict[str, Scene] = {"sweep": _killed, "replay": _hopping}


async def _played(folder: Path, scene: str) -> Audit:
    random = Random(1)
    async with (
        own_site(folder, random, apis=1, workers=1, without=scene) as site,
        Customers(site, random) as customers,
    ):
        async with asyncio.timeout(100):
            await SCENES[scene](Injector(site, customers, random, Books()))
        return await audit(customers)


@pytest.mark.timeout(180)
async def test_without_a_safeguard_the_audit_finds_what_it_guards_against(tmp_path: Path) -> None:
    sweep, replay = await asyncio.gather(*(_played(tmp_path / scene, scene) for scene in SCENES))
    assert sweep.unfinished, sweep
    assert replay.seen_by_clients, replay
