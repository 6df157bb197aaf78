"""A running `rota up` on a data directory of its own, and a vendor to connect."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.http.process import free_port
from tests.scenarios.client import Client
from tests.vendors.ollama import Ollama
from tests.vendors.openai import LlamaCpp
from tests.vendors.server import serve

ROTA = (sys.executable, "-m", "rota.cli")


def environment(**more: str) -> dict[str, str]:
    """This machine's, without what would reach another Rota."""
    foreign = ("ROTA_", "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, **more}


async def rota(*arguments: str, **environ: str) -> str:
    """What a command prints on stdout; it has to succeed."""
    process = await asyncio.create_subprocess_exec(
        *ROTA, *arguments, env=environment(**environ), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, err.decode()
    return out.decode().strip()


async def ready(url: str, process: Process) -> None:
    """Polls, because readiness has no other sign that a client could see."""
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(90):
        while True:
            assert process.returncode is None, "it ended before it was ready"
            try:
                answer = await http.get(f"{url}/readyz")
                if answer.status_code == 200 and answer.json() == {"degraded": []}:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


@pytest.fixture(scope="session")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    data_dir = tmp_path_factory.mktemp("up") / "data"
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *ROTA, "up", "--data-dir", str(data_dir), "--port", str(port), "--no-browser",
        "--no-local-model", "--no-sample", env=environment(), stdin=DEVNULL, stdout=DEVNULL,
    )  # fmt: skip
    try:
        await ready(f"http://127.0.0.1:{port}", process)
        secret = await rota(
            "token", "create", "--name", "Scenarios", "--role", "OWNER", "--data-dir", str(data_dir)
        )
        client = Client(f"http://127.0.0.1:{port}", secret)
        yield client
        await client.close()
    finally:
        if process.returncode is None:
            process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) == 0


@pytest.fixture
async def ollama() -> AsyncIterator[tuple[Ollama, str]]:
    vendor = Ollama(models=["small"])
    async with serve(vendor.app) as url:
        yield vendor, url


@pytest.fixture
async def compatible() -> AsyncIterator[tuple[LlamaCpp, str]]:
    vendor = LlamaCpp(models=["small"])
    async with serve(vendor.app) as url:
        yield vendor, f"{url}/v1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


Vendor = tuple[Any, str]
