"""The faults. Each returns once it is done; how long things took to recover goes on the books."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from tests.faults.books import Books
from tests.faults.customers import Customers
from tests.faults.programs import Program
from tests.faults.site import Site
from tests.faults.vendor import TROUBLES

LEASE_SECONDS = 10
PATIENCE_SECONDS = 30


class Missed(Exception):
    """The moment passed, or another fault came first: it does not count."""


class Injector:
    def __init__(self, site: Site, customers: Customers, random: Random, books: Books) -> None:
        self.site, self.customers, self.random, self.books = site, customers, random, books
        self._names = socket.gethostname()

    # Workers

    async def kill_worker(self) -> None:
        await self._kill_holder(self.random.choice(self.site.workers))

    async def kill_after_claim(self) -> None:
        name = self.customers.name("held")
        run_id = await self.customers.ask(name)
        try:
            worker = await self.until(lambda: self.holder(run_id), pause=0.002)
            await self._kill_holder(worker)
            if self.site.vendor.calls[name]:
                raise Missed
        finally:
            self.site.vendor.gates[name].open_for_good()

    async def kill_after_answer(self) -> None:
        """The vendor has sent all of it; the worker may or may not have stored it."""

        async def moment(name: str, run_id: str, worker: Program) -> None:
            answer = self.site.vendor.double.chats[-1]
            for chat in self.site.vendor.double.chats:
                answer = chat if name in str(chat.body) else answer
            self.site.vendor.gates[name].open()
            await answer.answered.wait()
            await self._kill_holder(worker)

        await self._at_the_end_of_an_answer(moment)

    async def kill_before_commit(self) -> None:
        """The worker's last statement waits for a row that we hold; it dies meanwhile."""

        async def moment(name: str, run_id: str, worker: Program) -> None:
            async with self.site.engines.sql() as holding, holding.transaction():
                await holding.execute("SELECT FROM run WHERE id = $1 FOR UPDATE", run_id)
                self.site.vendor.gates[name].open()
                await self.until(self._somebody_waits_to_end)
                await self._kill_holder(worker)

        await self._at_the_end_of_an_answer(moment)

    async def kill_after_commit(self) -> None:
        """Committed, but nobody was told: the bus hangs until the worker is dead."""

        async def moment(name: str, run_id: str, worker: Program) -> None:
            await self.site.engines.pause_valkey()
            try:
                self.site.vendor.gates[name].open()
                await self.until(lambda: self._has_ended(run_id), pause=0.005)
                await self._kill_holder(worker)
            finally:
                self.site.engines.resume_valkey()

        async with self.site.stores:
            await self._at_the_end_of_an_answer(moment)

    async def pause_worker(self) -> None:
        """Past its lease, with answers on their way."""
        names = [self.customers.name("slow") for _ in range(4)]
        run_ids = [await self.customers.ask(name) for name in names]
        worker: Program = await self.until(lambda: self.holder(run_ids[-1]))
        async with worker.busy:
            worker.pause()
            try:
                await asyncio.sleep(LEASE_SECONDS + 2)
            finally:
                worker.resume()

    async def end_worker(self) -> None:
        """With a run in its hands that takes longer than it is given."""
        run_id = await self.customers.ask(self.customers.name("long"))
        worker: Program = await self.until(lambda: self.holder(run_id))
        async with worker.busy:
            begun = time.monotonic()
            await worker.terminate(10)
            self.books.took("SIGTERM to the exit of a worker", begun)
            await worker.start()

    # APIs

    async def kill_api(self) -> None:
        api = self.random.choice(self.site.apis)
        await api.kill()
        await asyncio.sleep(self.random.uniform(0, 0.5))
        await api.start()
        await api.ready()

    async def end_api(self) -> None:
        api = self.random.choice(self.site.apis)
        begun = time.monotonic()
        await api.terminate(10)
        self.books.took("SIGTERM to the exit of an API", begun)
        await api.start()
        await api.ready()

    # Stores

    async def crash_postgres(self) -> None:
        async with self.site.stores:
            await self.site.engines.crash_postgres()
            await asyncio.sleep(self.random.uniform(0, 2))
            await self.site.engines.start_postgres()
            await self._recovered("PostgreSQL back to an acknowledged run")

    async def kill_valkey(self) -> None:
        async with self.site.stores:
            await self.site.engines.kill_valkey()
            await self._recovered("Valkey away: an acknowledged run")
            await asyncio.sleep(self.random.uniform(0, 1))
            await self.site.engines.start_valkey()

    async def pause_valkey(self, seconds: float) -> None:
        async with self.site.stores:
            await self.site.engines.pause_valkey()
            try:
                await self._recovered("Valkey hangs: an acknowledged run")
                await asyncio.sleep(seconds)
            finally:
                self.site.engines.resume_valkey()

    async def flush_valkey(self) -> None:
        async with self.site.stores, self.site.engines.redis() as redis:
            await redis.flushall()

    async def starve_valkey(self) -> None:
        """Everything is evicted, and most writes are refused."""
        async with self.site.stores, self.site.engines.redis() as redis:
            await redis.config_set("maxmemory-policy", "allkeys-lru")
            await redis.config_set("maxmemory", "1mb")
            await self._recovered("Valkey evicts: an acknowledged run")
            await asyncio.sleep(1)
            await redis.config_set("maxmemory", "0")

    # Clients and vendors

    async def abort_request(self) -> None:
        await self.customers.abort(self.customers.name("quick"))

    async def cancel_near_the_end(self) -> None:
        name = self.customers.name("plain")
        await self.customers.ask(name)
        await asyncio.sleep(self.random.uniform(0, 3))
        await self.customers.cancel(name)

    async def misbehave(self) -> None:
        name = self.customers.name(self.random.choice(TROUBLES))
        await self.customers.ask(name)
        await self.customers.follow(name)

    # What they share

    async def _at_the_end_of_an_answer(
        self, moment: Callable[[str, str, Program], Awaitable[None]]
    ) -> None:
        name = self.customers.name("held")
        gate = self.site.vendor.gates[name]
        gate.open(8)
        try:
            run_id = await self.customers.ask(name)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await gate.held()
            await self.until(lambda: self._has_said_all(run_id))
            worker = await self.until(lambda: self.holder(run_id))
            await moment(name, run_id, worker)
        finally:
            gate.open_for_good()

    async def work_goes_on(self) -> None:
        """Some worker does a new run, whatever befalls it on the way."""
        begun = time.monotonic()
        run_id = await self.customers.ask(self.customers.name("quick"))
        await self.until(lambda: self._has_ended(run_id), seconds=300)
        self.books.took("a worker hurt: a new run asked for and done", begun)

    async def _kill_holder(self, worker: Program) -> None:
        """The time until nothing waits for the dead is taken on the side."""
        name = f"{self._names}:{worker.pid}"
        await worker.kill()
        self.books.watch("worker killed to its runs taken over", self._nothing_waits_for(name))
        await worker.start()

    async def _nothing_waits_for(self, worker: str) -> None:
        held = "SELECT count(*) FROM run WHERE worker = $1 AND lease_until IS NOT NULL"

        async def none() -> bool:
            return not await self.value(held, worker)

        await self.until(none, pause=0.2)

    async def _recovered(self, what: str) -> None:
        begun = time.monotonic()
        await self.customers.ask(self.customers.name("quick"))
        self.books.took(what, begun)

    async def holder(self, run_id: str) -> Program | None:
        held = "SELECT worker FROM run WHERE id = $1 AND status = 'RUNNING'"
        name = await self.value(held, run_id)
        found = [one for one in self.site.workers if name == f"{self._names}:{one.pid}"]
        return found[0] if found else None

    async def _has_said_all(self, run_id: str) -> bool:
        said = "SELECT string_agg(data->>'text', '') FROM run_event WHERE run_id = $1"
        return "confidence" in (await self.value(said, run_id) or "")

    async def _has_ended(self, run_id: str) -> bool:
        ended = "SELECT finished_at IS NOT NULL FROM run WHERE id = $1"
        return bool(await self.value(ended, run_id))

    async def _somebody_waits_to_end(self) -> bool:
        return bool(
            await self.value(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                "AND query LIKE '%fenced%finished_at = now()%' AND pid <> pg_backend_pid()"
            )
        )

    async def value(self, sql: str, *values: Any) -> Any:
        async with self.site.engines.sql() as connection:
            return await connection.fetchval(sql, *values)

    async def until(
        self,
        look: Callable[[], Awaitable[Any]],
        pause: float = 0.02,
        seconds: float = PATIENCE_SECONDS,
    ) -> Any:
        """Polls, because tables give no signal; a store that is away for now is waited for."""
        async with asyncio.timeout(seconds):
            while True:
                if found := await self.books.patiently(look):
                    return found
                await asyncio.sleep(pause)
