"""A dump under load, restored elsewhere: what ran then runs on, and a lost key is told."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from rota.local import postgres as pg
from rota.platform.crypto import new_key
from tests.faults.customers import Customers
from tests.faults.engines import OwnEngines, own_engines
from tests.faults.inject import Injector
from tests.faults.programs import Program
from tests.faults.site import Site
from tests.scenarios.conftest import ROTA
from tests.scenarios.documents import CREATE_PROVIDER

GAPS = """
    SELECT count(*) FROM run WHERE last_sequence <>
        (SELECT count(*) FROM run_event WHERE run_id = run.id)
"""


async def _postgres_tool(name: str, engines: OwnEngines, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(pg.binaries() / name), "-h", str(engines.sockets), "-U", "postgres", *arguments
    )
    assert await asyncio.wait_for(process.wait(), 60) == 0


@pytest.fixture
async def elsewhere(
    site: Site, customers: Customers, inject: Injector, tmp_path: Path
) -> AsyncIterator[Site]:
    """What was dumped while four runs were going and more came in, in a new database."""
    result = await customers.change(
        site.apis[0].url,
        CREATE_PROVIDER,
        {
            "name": customers.name("sealed"),
            "type": "OPENAI_COMPATIBLE",
            "baseUrl": "http://127.0.0.1:9/v1",
            "apiKey": "sk-1",
        },
    )
    assert result["__typename"] == "CreateProviderPayload"
    names = [customers.name("long") for _ in range(4)]
    for name in names:
        await customers.ask(name)
    await inject.until(lambda: inject.holder(customers.acknowledged[names[-1]]))
    dump = str(tmp_path / "rota.dump")
    asking = asyncio.create_task(_ask_on(customers))
    await _postgres_tool("pg_dump", site.engines, "-Fc", "-f", dump, "postgres")
    asking.cancel()
    async with own_engines(tmp_path / "elsewhere") as engines:
        await _postgres_tool("pg_restore", engines, "--single-transaction", "-d", "postgres", dump)
        urls = {"DATABASE_URL": engines.database_url, "REDIS_URL": engines.redis_url}
        yield replace(site, engines=engines, environment={**site.environment, **urls})


async def _ask_on(customers: Customers) -> None:
    while True:
        await customers.ask(customers.name("quick"))


async def test_D1_runs_that_were_going_at_the_dump_go_on_where_it_is_restored(
    elsewhere: Site, tmp_path: Path
) -> None:
    async with elsewhere.engines.sql() as connection:
        running = await connection.fetchval("SELECT count(*) FROM run WHERE status = 'RUNNING'")
        assert running >= 4
        worker = Program("worker", elsewhere.environment, tmp_path / "worker.log")
        await worker.start()
        try:
            assert await elsewhere.all_ended(60)
        finally:
            await worker.stop()
        ended = await connection.fetch("SELECT DISTINCT status FROM run WHERE attempt > 1")
        assert "SUCCEEDED" in [row["status"] for row in ended]
        assert await connection.fetchval(GAPS) == 0


async def test_P5_a_restore_without_the_key_says_what_to_do(elsewhere: Site) -> None:
    for key, status, says in (
        (elsewhere.environment["ENCRYPTION_KEY"], 0, "Every stored key can be opened."),
        (new_key(), 1, "”. Add the key under which they were stored to ENCRYPTION_KEY"),
    ):
        process = await asyncio.create_subprocess_exec(
            *(*ROTA, "keys", "check"),
            env={**os.environ, **elsewhere.environment, "ENCRYPTION_KEY": key},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode == status
        assert says in told.decode()
