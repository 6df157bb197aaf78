"""PostgreSQL and Valkey that can be killed, stopped, emptied and brought back.

Nothing here touches a server before it has proved to be ours.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGQUIT, SIGSTOP

import asyncpg
from redis.asyncio import Redis

from rota.local import postgres as pg
from rota.local import valkey as vk
from rota.local.folders import private_folder, socket_folder
from rota.local.identity import choose_identity
from rota.local.locks import lock_for_children
from rota.local.process import ChildProcess

START_SECONDS = 60


@dataclass
class OwnEngines:
    folder: Path
    sockets: Path
    postgres: ChildProcess
    valkey: ChildProcess

    @property
    def database_url(self) -> str:
        return f"postgres://postgres:@/postgres?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets}/{vk.SOCKET}?db=0"

    @asynccontextmanager
    async def sql(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self.database_url, timeout=10)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    @asynccontextmanager
    async def redis(self) -> AsyncIterator[Redis]:
        """Only once it has said that it is ours."""
        async with Redis.from_url(self.redis_url) as redis:
            about = await redis.info("server")
            assert about["process_id"] == self.valkey.pid, "this is another server"
            yield redis

    async def start_postgres(self) -> None:
        await self.postgres.start()
        await self.postgres.until(lambda: pg.ready(self.folder, self.postgres.pid), START_SECONDS)

    async def start_valkey(self) -> None:
        await self.valkey.start()
        await self.valkey.until(lambda: vk.ready(self.sockets), START_SECONDS)

    async def crash_postgres(self) -> None:
        """An immediate shutdown: every connection is cut, and what was committed is recovered."""
        async with self.sql() as connection:
            found = await connection.fetchval("SHOW data_directory")
        assert found == str(self.folder / "pg"), "this is another server"
        os.kill(self.postgres.pid, SIGQUIT)
        await self.postgres.stop()

    async def hang_postgres(self) -> list[int]:
        """All of its processes stand still, and no connection is closed. Returns them."""
        async with self.sql() as connection:
            found = await connection.fetchval("SHOW data_directory")
        assert found == str(self.folder / "pg"), "this is another server"
        return stopped_with_children(self.postgres.pid)

    async def kill_valkey(self) -> None:
        async with self.redis():
            os.kill(self.valkey.pid, SIGKILL)
        await self.valkey.stop()

    async def pause_valkey(self) -> None:
        async with self.redis():
            os.kill(self.valkey.pid, SIGSTOP)

    def resume_valkey(self) -> None:
        os.kill(self.valkey.pid, SIGCONT)


def stopped_with_children(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    processes = [process, *map(int, children)]
    signal_each(processes, SIGSTOP)
    return processes


def signal_each(processes: Iterable[int], signal: int) -> None:
    """Those that are there."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal)


@asynccontextmanager
async def own_engines(folder: Path) -> AsyncIterator[OwnEngines]:
    private_folder(folder)
    async with lock_for_children(folder / "engines.lock", 30, "an engine", lambda _: None) as lock:
        for name in ("valkey", "logs"):
            private_folder(folder / name)
        sockets = socket_folder(folder)
        identity = await choose_identity(pg.binaries() / "postgres", folder, sockets)
        await pg.prepare(folder, lock, identity, lambda _: None)
        engines = OwnEngines(
            folder,
            sockets,
            pg.postgres(folder, sockets, lock, identity, pg.MIN_CONNECTIONS),
            vk.valkey(folder, sockets, lock, identity),
        )
        try:
            await engines.start_postgres()
            await engines.start_valkey()
            yield engines
        finally:
            await asyncio.gather(engines.postgres.stop(), engines.valkey.stop())
            for path in sockets.iterdir():
                path.unlink()
            sockets.rmdir()
