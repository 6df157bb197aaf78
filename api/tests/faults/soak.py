"""A seeded schedule of faults over steady work, then the audit. `make soak FAULTS=1000`."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import asyncpg
from redis.exceptions import RedisError

from tests.faults.audit import Audit, audit
from tests.faults.books import Books
from tests.faults.customers import Customers
from tests.faults.inject import Injector, Missed
from tests.faults.site import own_site

RUNS_A_FAULT = 2
SETTLE_SECONDS = 120
# A store that another fault took away in the midst of this one.
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, RedisError)
Fault = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Dose:
    faults: int
    seed: int
    longest_hang: float = 20.0
    listens: bool = False


async def soak(folder: Path, dose: Dose) -> tuple[Audit, Books, Customers]:
    random = Random(dose.seed)
    books = Books()
    async with (
        own_site(folder, random, listens=dose.listens) as site,
        Customers(site, random) as customers,
    ):
        inject = Injector(site, customers, random, books)
        working = asyncio.create_task(_work(customers, dose))
        await asyncio.gather(*(_lane(lane, inject) for lane in _lanes(inject, dose)))
        await working
        if await site.all_ended(SETTLE_SECONDS):
            await books.close()
        return await audit(customers), books, customers


def _lanes(inject: Injector, dose: Dose) -> list[list[tuple[str, Fault]]]:
    """Lanes go on side by side; in each one fault follows the other. Every kind has its share."""
    hang = partial(inject.random.uniform, 1, dose.longest_hang)
    workers: list[tuple[str, Fault]] = [
        ("worker killed at random", inject.kill_worker),
        ("worker killed after the claim", inject.kill_after_claim),
        ("worker killed after the answer", inject.kill_after_answer),
        ("worker killed before the last commit", inject.kill_before_commit),
        ("worker killed after the last commit", inject.kill_after_commit),
        ("worker told to end", inject.end_worker),
    ]
    stores: list[tuple[str, Fault]] = [
        ("PostgreSQL crashed", inject.crash_postgres),
        ("Valkey killed", inject.kill_valkey),
        ("Valkey flushed", inject.flush_valkey),
        ("Valkey evicting", inject.starve_valkey),
        ("Valkey hanging", lambda: inject.pause_valkey(hang())),
    ]
    clients: list[tuple[str, Fault]] = [
        ("client gone after sending", inject.abort_request),
        ("cancelled near the end", inject.cancel_near_the_end),
    ]
    vendors: list[tuple[str, Fault]] = [("vendor misbehaving", inject.misbehave)]
    shares: list[tuple[float, list[tuple[str, Fault]]]] = [
        (0.16, workers),
        (0.02, [("worker paused past its lease", inject.pause_worker)]),
        (0.08, [("API killed", inject.kill_api), ("API told to end", inject.end_api)]),
        (0.16, stores),
        *[(0.15, clients)] * 2,
        *[(0.14, vendors)] * 2,
    ]
    return [
        [faults[number % len(faults)] for number in range(max(1, round(share * dose.faults)))]
        for share, faults in shares
    ]


async def _lane(faults: list[tuple[str, Fault]], inject: Injector) -> None:
    books = inject.books
    inject.random.shuffle(faults)
    for name, fault in faults:
        for _ in range(5):
            try:
                await fault()
            except (Missed, TimeoutError, *AWAY) as error:
                books.missed[f"{name} ({type(error).__name__})"] += 1
            else:
                books.faults[name] += 1
                if not books.faults.total() % 100:
                    sys.stderr.write(f"{books.faults.total()} faults\n")
                break
        if "worker" in name:
            await inject.work_goes_on()
        await asyncio.sleep(inject.random.uniform(0, 0.5))


async def _work(customers: Customers, dose: Dose) -> None:
    """A few customers, each with one run after the other, every other of which they watch."""

    async def one(number: int) -> None:
        for turn in range(dose.faults * RUNS_A_FAULT // 8):
            name = customers.name("slow" if turn % 10 == number else "plain")
            await customers.ask(name)
            if turn % 2:
                await customers.follow(name, hops=turn % 4 == 1)

    await asyncio.gather(*(one(number) for number in range(8)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="A new folder for everything, logs included.")
    parser.add_argument("--deaf", action="store_true", help="Nobody listens to transitions.")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="rota-soak-") as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        dose = Dose(asked.faults, asked.seed, listens=not asked.deaf)
        found, books, customers = asyncio.run(soak(folder, dose))
    sys.stdout.write(books.table(found, customers) + "\n")
    for name, rows in found.findings.items():
        for row in rows:
            sys.stdout.write(f"{name}: {row}\n")
    return 0 if found.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
