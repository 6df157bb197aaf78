"""F3: two API and two worker processes on the same PostgreSQL and Redis are one Rota."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from rota.platform.settings import Settings
from tests.http.process import free_port
from tests.scenarios.client import Client
from tests.scenarios.conftest import ROTA, Vendor, environment, ready, rota
from tests.scenarios.documents import RUN, RUN_TASK, WATCH_RUN
from tests.scenarios.test_scenarios import _assigned
from tests.vendors.script import Gate, Says

GOOD = '{"category": "bug", "confidence": 0.9}'


def _environment(settings: Settings, port: int = 8000) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "ENCRYPTION_KEY": ",".join(settings.encryption_keys),
        "ROTA_DATA_DIR": str(settings.data_dir),
        "ROTA_PORT": str(port),
    }


@asynccontextmanager
async def _process(command: str, settings: Settings, port: int = 8000) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *ROTA, command, env=environment(**_environment(settings, port)), stdin=DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 15) == 0


@pytest.fixture
async def apis(settings: Settings, resources: object) -> AsyncIterator[list[Client]]:
    async with AsyncExitStack() as stack:
        ports = [free_port(), free_port()]
        servers = [
            await stack.enter_async_context(_process("serve", settings, port)) for port in ports
        ]
        for _ in range(2):
            await stack.enter_async_context(_process("worker", settings))
        secret = await rota(
            "token", "create", "--name", "Both", "--role", "OWNER", **_environment(settings)
        )
        clients = [Client(f"http://127.0.0.1:{port}", secret) for port in ports]
        for client, server in zip(clients, servers, strict=True):
            stack.push_async_callback(client.close)
            await ready(client.url, server)
        yield clients


async def test_F3_runs_started_here_are_done_by_both_workers_and_watched_there(
    apis: list[Client], compatible: Vendor
) -> None:
    here, there = apis
    vendor, url = compatible
    gate = Gate()
    vendor.default = lambda _: Says(tuple(GOOD), gate)
    ids = await _assigned(here, url)
    runs = []
    async with AsyncExitStack() as stack:
        watches = []
        for _ in range(60):  # more than one worker takes at a time
            asked = await here.change(
                RUN_TASK, assignmentId=ids["assignmentId"], input={"message": "Hello"}
            )
            runs.append(asked["run"]["id"])
        for run in runs[:3]:
            watches.append(await stack.enter_async_context(there.watch(WATCH_RUN, runId=run)))
        gate.open_for_good()
        for watch in watches:
            seen = await watch.rest()
            assert [event["sequence"] for event in seen] == list(range(1, len(seen) + 1))
            assert seen[-1]["output"] == {"category": "bug", "confidence": 0.9}
    workers = set()
    for run in runs:
        async with there.watch(WATCH_RUN, runId=run) as events:
            workers |= {event["worker"] for event in await events.rest() if "worker" in event}
        assert (await there.ask(RUN, id=run))["run"]["status"] == "SUCCEEDED"
    assert len(workers) == 2
