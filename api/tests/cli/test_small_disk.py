"""D7 and D8 on a disk that is really full: what `rota up` says, and that it goes on by itself. Only
root may make a small file system, so this is part of the soak."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import short_folder
from tests.cli.process import rota, up
from tests.dose import IS_LONG
from tests.http.clients import GRAPHQL_JSON, bearer, codes
from tests.http.process import free_port

pytestmark = pytest.mark.skipif(
    not IS_LONG or os.geteuid() != 0, reason="in the soak, as root, who may mount"
)
SIZE = "400m"
CREATE = """mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename } }"""
LONG = {"type": "object", "description": "x" * 200_000}


@asynccontextmanager
async def small_disk() -> AsyncIterator[Path]:
    with short_folder() as folder:
        await _done("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(folder))
        try:
            yield folder
        finally:
            await _done("umount", str(folder))


async def _done(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0, command


def fill(file: Path) -> None:
    with file.open("wb") as filler:
        try:
            while True:
                filler.write(bytes(1 << 20))
        except OSError:
            return


async def create(http: httpx.AsyncClient, name: str) -> int:
    task = {"name": name, "description": "", "requestSchema": LONG, "responseSchema": LONG}
    content = {"query": CREATE, "variables": {"input": task}}
    answer = await http.post("/graphql", json=content, headers={"Accept": GRAPHQL_JSON})
    assert answer.status_code == 200 or codes(answer.json()) == ["UNAVAILABLE"], answer.text
    return answer.status_code


@pytest.mark.timeout(600)
async def test_D7_a_full_disk_is_said_and_over_when_there_is_room() -> None:
    """Under PostgreSQL, Valkey, the logs and all: nobody ends, and nothing is INTERNAL."""
    async with small_disk() as disk, up(disk / "data", free_port(), "--no-local-model") as running:
        await running.until("Ctrl-C")
        where = ("--data-dir", str(running.data_dir))
        made = await rota("token", "create", "--name", "A", "--role", "owner", *where)
        async with httpx.AsyncClient(
            base_url=running.url, trust_env=False, timeout=30, headers=bearer(made.out.strip())
        ) as http:
            assert await create(http, "first") == 200
            fill(disk / "filler")
            assert "disk" in (await http.get("/readyz")).text
            told = await rota("doctor", *where)
            assert told.status == 1
            assert " free" in told.out
            number = 0
            while await create(http, f"one of many, {number}") == 200:
                number += 1
            assert (await http.get("/healthz")).status_code == 200
            (disk / "filler").unlink()
            async with asyncio.timeout(10):
                while await create(http, f"after all, {number}") != 200:
                    await asyncio.sleep(0.2)
                    number += 1
            async with asyncio.timeout(10):
                while (await http.get("/readyz")).json() != {"degraded": []}:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)  # readiness has no other sign
        assert await running.end() == 0
