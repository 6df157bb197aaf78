"""Databases of their own for the migrations' tests, and processes that migrate them."""

import shutil
from asyncio import sleep, timeout, to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rota.migrations.runner import FOLDER, known_versions
from rota.platform.kernel.ids import new_id
from tests.migrations.child import migrate
from tests.starts import STARTS
from tests.stores import Stores

PLANTED = Path(__file__).with_name("planted.py")


@dataclass(frozen=True)
class Migration:
    """A process that migrates."""

    process: BaseProcess
    answers: Connection

    async def result(self) -> dict[str, Any]:
        """{"done": […]}, or {"refused": why}, or {"failed": which error}."""
        async with timeout(60):
            answer: dict[str, Any] = await to_thread(self.answers.recv)
            await to_thread(self.process.join)
        assert self.process.exitcode == 0
        return answer

    async def kill(self) -> None:
        self.process.kill()
        await to_thread(self.process.join)


@dataclass(frozen=True)
class Database:
    url: str
    server: asyncpg.Connection
    name: str
    folder: Path
    """Of the migrations."""

    @property
    def known(self) -> list[str]:
        return known_versions(self.folder)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def starting(
        self, to: str | None = None, *, alone: bool = False
    ) -> AsyncIterator[Migration]:
        """`alone`: without regard to other processes that do the same."""
        answers, answering = STARTS.Pipe(duplex=False)
        asked = (answering, self.url, self.folder, to, alone)
        process = STARTS.Process(target=migrate, args=asked)
        process.start()
        answering.close()
        migration = Migration(process, answers)
        try:
            yield migration
        finally:
            await migration.kill()
            answers.close()
            process.close()

    async def migrate(self, to: str | None = None) -> dict[str, Any]:
        async with self.starting(to) as migration:
            answer: dict[str, Any] = await migration.result()
        return answer

    async def waiting(self, many: int) -> list[str]:
        """For which kind of lock they wait, once so many backends do."""
        async with timeout(60):
            while True:
                rows = await self.server.fetch(
                    "SELECT wait_event FROM pg_stat_activity WHERE datname = $1 "
                    "AND wait_event_type = 'Lock' ORDER BY 1",
                    self.name,
                )
                if len(rows) == many:
                    return [row["wait_event"] for row in rows]
                await sleep(0.02)  # the server tells nobody that somebody waits

    async def left(self) -> None:
        """Until nobody is connected any more."""
        async with timeout(60):
            while True:
                if not await self.server.fetchval(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = $1", self.name
                ):
                    return
                await sleep(0.02)  # the server tells nobody that somebody left


async def shape(database: Database) -> dict[str, list[Any]]:
    """Everything that a migration makes."""
    async with database.connect() as connection:
        columns = await connection.fetch(
            "SELECT table_name, column_name, data_type, is_nullable, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        constraints = await connection.fetch(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        )
        indexes = await connection.fetch(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        )
    return {
        "columns": [tuple(row) for row in columns],
        "constraints": [tuple(row) for row in constraints],
        "indexes": [tuple(row) for row in indexes],
    }


async def tables(database: Database) -> set[str]:
    return {column[0] for column in (await shape(database))["columns"]}


async def versions(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch("SELECT version FROM aerich ORDER BY id")
    return [row["version"].removesuffix(".py") for row in rows]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The migrations of this release, and one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PLANTED, folder / f"{len(known_versions()) + 1}_planted.py")
    return folder


@pytest.fixture
async def database(stores: Stores, folder: Path) -> AsyncIterator[Database]:
    name = f"try_{new_id().hex}"
    server = await asyncpg.connect(stores.database_url)
    try:
        await server.execute(f"CREATE DATABASE {name}")
        url = stores.database_url.replace("/postgres?", f"/{name}?")
        assert name in url
        yield Database(url, server, name, folder)
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await server.close()
