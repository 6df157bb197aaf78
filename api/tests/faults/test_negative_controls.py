"""The harness would notice: fence, sweep and replay are taken out in turn, and the audit finds it.

With all in place the same faults leave it clean: that is the short dose.
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

SAID = "SELECT count(*) FROM run_event WHERE run_id = $1 AND type = 'OUTPUT_DELTA'"


async def _killed(inject: Injector) -> None:
    run_id = await inject.customers.ask(inject.customers.name("long"))
    worker = await inject.until(lambda: inject.holder(run_id))
    await worker.kill()
    await worker.start()
    # Two leases, and the time that the run would take.
    await inject.site.all_ended(40)


async def _overtaken(inject: Injector) -> None:
    """A worker stands still until another one has its run, then goes on as if nothing had been."""
    run_id = await inject.customers.ask(inject.customers.name("long"))
    first = await inject.until(lambda: inject.holder(run_id))
    await inject.until(lambda: inject.value(SAID, run_id))
    first.pause()

    async def other() -> bool:
        holder = await inject.holder(run_id)
        return holder is not None and holder is not first

    await inject.until(other)
    first.resume()
    await inject.site.all_ended(60)


async def _hopping(inject: Injector) -> None:
    name = inject.customers.name("long")
    await inject.customers.ask(name)
    await inject.customers.follow(name, hops=True)


async def _ending(inject: Injector) -> None:
    await inject.customers.ask(inject.customers.name("quick"))
    await inject.site.all_ended(40)


Scene = Callable[[Injector], Awaitable[None]]
SCENES: dict[str, Scene] = {
    "fence": _overtaken,
    "sweep": _killed,
    "replay": _hopping,
    "door": _killed,
    "transaction": _ending,
}
LISTENING = ("door", "transaction")


async def _played(folder: Path, scene: str, *, without: str | None = "scene") -> Audit:
    """Without the safeguard that bears the scene's name, unless told otherwise."""
    random = Random(1)
    async with (
        own_site(
            folder,
            random,
            apis=1,
            workers=2,
            without=without and scene,
            listens=scene in LISTENING,
        ) as site,
        Customers(site, random) as customers,
    ):
        async with asyncio.timeout(100):
            await SCENES[scene](Injector(site, customers, random, Books()))
        return await audit(customers)


@pytest.mark.timeout(180)
async def test_without_a_safeguard_the_audit_finds_what_it_guards_against(tmp_path: Path) -> None:
    fence, sweep, replay, fenced = await asyncio.gather(
        *(_played(tmp_path / scene, scene) for scene in SCENES if scene not in LISTENING),
        _played(tmp_path / "fenced", "fence", without=None),
    )
    assert fence.stale_writes, fence
    assert fenced.is_clean, fenced
    assert sweep.unfinished, sweep
    assert replay.seen_by_clients, replay


@pytest.mark.timeout(180)
async def test_R5_the_audit_finds_what_listeners_did_not_hear(tmp_path: Path) -> None:
    """A door left out, and a transaction that ends too early; with both in place, nothing."""
    door, transaction, heard = await asyncio.gather(
        *(_played(tmp_path / scene, scene) for scene in LISTENING),
        _played(tmp_path / "heard", "door", without=None),
    )
    assert door.heard_wrong, door
    assert transaction.heard_wrong, transaction
    assert heard.is_clean, heard
