"""Everything that is measured, as processes: the engines, the product, a vendor, yardsticks."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM
from typing import Any

import asyncpg
from redis.asyncio import Redis

from benchmarks.layers import Profiler
from benchmarks.load import load
from rota.local.embedded import Engines, start_engines
from rota.local.process import LAUNCHER
from rota.platform.crypto import new_key
from rota.platform.messaging.presence import read_workers
from tests.http.process import free_port
from tests.scenarios.conftest import environment, rota

API = Path(__file__).parents[1]
BENCH = API.parent / ".venv-bench" / "bin"
POSTGRAPHILE = API / "benchmarks/yardsticks/postgraphile"
SQLALCHEMY = ("rest", "plain_run")
START_SECONDS = 60
CONNECTIONS = 150  # each yardstick keeps ten of its own
SERVER_SETTINGS = {
    # When each change was committed is what deliveries are measured from.
    "track_commit_timestamp": "on",
    "shared_preload_libraries": "pg_stat_statements",
}
# They count while they are told to: see statements.py.
STATISTICS = (
    "CREATE SCHEMA bench",
    "CREATE EXTENSION pg_stat_statements SCHEMA bench",
    "ALTER SYSTEM SET pg_stat_statements.track = 'none'",
    "SELECT pg_reload_conf()",
)


@dataclass
class Site:
    """Programs start when a case asks for them, so that what is idle costs nothing elsewhere."""

    folder: Path
    engines: Engines
    environment: dict[str, str]
    stack: AsyncExitStack
    profiler: Profiler | None = None
    secret: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)

    @property
    def engine_pids(self) -> tuple[int, int]:
        return self.engines.postgres_pid, self.engines.valkey_pid

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}

    async def value(self, query: str, *arguments: object) -> Any:
        async with self.sql() as connection:
            return await connection.fetchval(query, *arguments)

    async def assignment(self, agent: str) -> str:
        """One of the agent's."""
        found: str = await self.value(
            "SELECT id::text FROM assignment WHERE agent_id::text = $1 LIMIT 1", agent
        )
        return found

    async def agent(self, number: int) -> str:
        """In the order of loading. A case that changes an agent has one of its own."""
        found: str = await self.value(
            "SELECT id::text FROM agent ORDER BY id OFFSET $1 LIMIT 1", number
        )
        return found

    async def execute(self, statement: str, *arguments: object) -> None:
        async with self.sql() as connection:
            await connection.execute(statement, *arguments)

    @asynccontextmanager
    async def sql(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self.engines.database_url)
        try:
            yield connection
        finally:
            await connection.close()

    async def start_api(self) -> str:
        """One API process; its address."""
        if "api" not in self.urls:
            port = str(free_port())
            environ = {**self.environment, "ROTA_PORT": port}
            await self._start("api", port, environ, sys.executable, "-m", "rota.cli", "serve")
            await self._profile("api")
        return self.urls["api"]

    async def start_worker(self) -> int:
        """One worker process; its pid."""
        if "worker" not in self.pids:
            await self._start(
                "worker", None, self.environment, sys.executable, "-m", "rota.cli", "worker"
            )
            async with Redis.from_url(self.engines.redis_url) as redis:
                async with asyncio.timeout(START_SECONDS):
                    while not await read_workers(redis):  # noqa: ASYNC110 (it gives no sign)
                        await asyncio.sleep(0.05)
            await self._profile("worker")
        return self.pids["worker"]

    async def start_yardstick(self, name: str) -> str:
        """Its address."""
        return await self._uvicorn(
            name, f"yardsticks.{name}", str(BENCH / "python"), **self._stores(name)
        )

    async def start_postgraphile(self) -> str:
        """One Node process, in production's settings; its address."""
        if "postgraphile" not in self.urls:
            port = str(free_port())
            own = self._stores("postgraphile") | {"BENCH_PORT": port}
            environ = environment(**own, NODE_ENV="production", GRAPHILE_ENV="production")
            node, server = POSTGRAPHILE / "node_modules/.bin/node", POSTGRAPHILE / "server.mjs"
            await self._start("postgraphile", port, environ, str(node), str(server))
        return self.urls["postgraphile"]

    async def start_yardstick_worker(self, name: str) -> int:
        """Its pid. It stands still, since it polls, until somebody has it `awake`."""
        if name not in self.pids:
            command = (str(BENCH / "python"), "-m", f"benchmarks.yardsticks.{name}")
            await self._start(name, None, environment(**self._stores(name)), *command)
            os.kill(self.pids[name], SIGSTOP)
            self.stack.callback(os.kill, self.pids[name], SIGCONT)  # else it would not end
        return self.pids[name]

    @contextmanager
    def awake(self, name: str) -> Iterator[None]:
        os.kill(self.pids[name], SIGCONT)
        try:
            yield
        finally:
            os.kill(self.pids[name], SIGSTOP)

    def _stores(self, yardstick: str) -> dict[str, str]:
        url = self.engines.database_url
        if yardstick in SQLALCHEMY:
            url = url.replace("postgres://", "postgresql+asyncpg://", 1)
        return {
            "BENCH_DATABASE_URL": url,
            "BENCH_REDIS_URL": self.engines.redis_url,
            "BENCH_VENDOR_URL": f"{self.urls['vendor']}/v1",
        }

    async def start_vendor(self) -> str:
        return f"{await self._uvicorn('vendor', 'vendor', sys.executable)}/v1"

    async def _uvicorn(self, name: str, module: str, python: str, **more: str) -> str:
        """One process, as fast as uvicorn goes."""
        if name not in self.urls:
            port = str(free_port())
            await self._start(
                *(name, port, environment(**more)),
                *(python, "-m", "uvicorn", f"benchmarks.{module}:app", "--port", port),
                *("--loop", "uvloop", "--http", "httptools"),
                *("--no-access-log", "--log-level", "warning"),
            )
        return self.urls[name]

    async def _start(
        self, name: str, port: str | None, environ: dict[str, str], *command: str
    ) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                # The launcher lets it die with us.
                *(sys.executable, "-I", "-S", str(LAUNCHER)),
                *(str(os.getpid()), str(int(SIGTERM)), "-1", "keep"),
                *command,
                cwd=API,
                env=environ,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.stack.push_async_callback(_stop, process)
        self.pids[name] = process.pid
        if port:
            await _listening(process, int(port), self.folder / f"{name}.log")
            self.urls[name] = f"http://127.0.0.1:{port}"

    async def _profile(self, name: str) -> None:
        if self.profiler:
            await self.profiler.watch(name, self.pids[name])


@asynccontextmanager
async def open_site(folder: Path) -> AsyncIterator[Site]:
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 (once, before anything runs)
    async with AsyncExitStack() as stack:
        start = partial(start_engines, folder, lambda _: None, max_connections=CONNECTIONS)
        async with start() as engines:
            connection = await asyncpg.connect(engines.database_url)
            for name, value in SERVER_SETTINGS.items():
                await connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            await connection.close()
        engines = await stack.enter_async_context(start())
        own = {
            "DATABASE_URL": engines.database_url,
            "REDIS_URL": engines.redis_url,
            "ENCRYPTION_KEY": new_key(),
            "ROTA_DATA_DIR": str(folder / "data"),
        }
        site = Site(folder, engines, environment(**own), stack)
        await rota("migrate", **own)
        for statement in STATISTICS:
            await site.execute(statement)
        site.secret = await rota("token", "create", "--name", "Bench", "--role", "OWNER", **own)
        await load(engines.database_url, await site.start_vendor())
        yield site


async def _listening(process: Process, port: int, log: Path) -> None:
    """Polls, because a server that listens gives no other sign."""
    async with asyncio.timeout(START_SECONDS):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
    raise RuntimeError(f"A server ended before it listened: see {log}")


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
        await process.wait()
