"""D6: on a machine that is too busy, Redis is not taken for away, and nobody has to read anew."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.dose import IS_LONG, dose, tried
from tests.faults.customers import Customers
from tests.faults.site import Site, own_site
from tests.faults.sockets import subscribed
from tests.load import busy_machine

RUNS = dose(60, 2_000)
AT_ONCE = 60
CHANGED = "subscription { runChanged { id } }"
ALARM = "Redis takes no events"


async def _alarms(site: Site, customers: Customers, runs: int) -> int:
    """How often one of the four programs found Redis away, while all were late."""
    programs = (*site.apis, *site.workers)
    before = sum(program.log.read_text().count(ALARM) for program in programs)
    async with busy_machine():
        for begun in range(0, runs, AT_ONCE):
            names = [customers.name("quick") for _ in range(min(AT_ONCE, runs - begun))]
            await asyncio.gather(*(customers.ask(name) for name in names))
            assert await site.all_ended(600)
    return sum(program.log.read_text().count(ALARM) for program in programs) - before


@pytest.mark.timeout(7200 if IS_LONG else 300)
async def test_D6_many_quick_runs_on_a_busy_machine_leave_every_subscriber_connected(
    site: Site, customers: Customers
) -> None:
    async with subscribed(site.apis[0].url, site.secret, CHANGED) as socket:
        heard = asyncio.create_task(socket.closed(patience=7200))
        assert await _alarms(site, customers, RUNS) == 0
        assert not heard.done(), heard.result()
        heard.cancel()
        await asyncio.wait([heard])
    tried["runs on a busy machine"] += RUNS


@pytest.mark.skipif(not IS_LONG, reason="the short one is in tests/platform/messaging")
@pytest.mark.timeout(900)
async def test_by_the_clock_they_would_find_redis_away(tmp_path: Path) -> None:
    random = Random(1)
    async with (
        own_site(tmp_path, random, without="patience") as site,
        Customers(site, random) as customers,
    ):
        assert await _alarms(site, customers, AT_ONCE * 5) > 0
