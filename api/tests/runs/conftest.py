"""A worker's claim loop in the test's own process, and a vendor to run on."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from rota.assignments.registry import AgentRegistry
from rota.platform.leases import LeaseLoop
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.runs import execution
from rota.runs.dispatcher import Dispatcher
from rota.wiring import RULES
from tests.runs.heard import TABLE, Heard
from tests.vendors.openai import LlamaCpp
from tests.vendors.server import serve


class Server(LlamaCpp):
    """A double that knows its address."""

    url: str


@pytest.fixture
async def run_loop(resources: Resources) -> AsyncIterator[asyncio.Task[None]]:
    registry = AgentRegistry(resources, "worker")
    dispatcher = Dispatcher(resources, RULES, RULES.sources["run"], registry, "worker")
    task = asyncio.create_task(LeaseLoop(resources.bus, dispatcher).run())
    yield task
    assert task.cancelled() or not task.done(), "the loop ended by itself"
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
async def vendor() -> AsyncIterator[Server]:
    vendor = Server(models=["small"])
    async with serve(vendor.app) as url:
        vendor.url = f"{url}/v1"
        yield vendor


@pytest.fixture
async def heard(resources: Resources) -> AsyncIterator[Heard]:
    await fetch(TABLE)
    try:
        yield Heard()
    finally:
        await fetch("DROP TABLE heard")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for before a vendor is asked again."""
    monkeypatch.setattr(execution, "BACK_OFF_SECONDS", (0.01,) * 5)
