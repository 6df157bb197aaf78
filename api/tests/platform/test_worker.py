"""What the loops of a worker have in common: their things, their beginning and their end."""

import asyncio
from typing import Any

import pytest

from rota.platform.resources import Resources
from rota.platform.worker import WorkerProcess, run_loops
from rota.wiring import RULES


async def test_what_is_shared_is_made_once(resources: Resources) -> None:
    process = WorkerProcess("worker", resources, RULES)
    made: list[Any] = []

    def make(given: WorkerProcess) -> object:
        made.append(given)
        return object()

    assert process.once(make) is process.once(make)
    assert made == [process]


class Loops:
    """Notes what ends, in its order; the last one fails when it is told to."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.begun = asyncio.Event()
        self.fails = asyncio.Event()

    async def lower(self) -> None:
        await self._wait("lower", asyncio.Event())

    async def upper(self) -> None:
        self.begun.set()
        await self._wait("upper", self.fails)
        raise ArithmeticError

    async def at_the_start(self) -> None:
        """One that has done what it is for."""

    async def _wait(self, name: str, until: asyncio.Event) -> None:
        try:
            await until.wait()
        finally:
            await asyncio.sleep(0)
            self.ended.append(name)

    def run(self) -> asyncio.Task[None]:
        return asyncio.create_task(run_loops([self.lower(), self.at_the_start(), self.upper()]))


async def test_they_end_from_the_top_down() -> None:
    loops = Loops()
    running = loops.run()
    await loops.begun.wait()
    running.cancel()
    await asyncio.wait([running], timeout=5)
    assert running.cancelled()
    assert loops.ended == ["upper", "lower"]


async def test_one_that_fails_ends_the_others() -> None:
    loops = Loops()
    running = loops.run()
    await loops.begun.wait()
    loops.fails.set()
    with pytest.raises(ArithmeticError):
        await asyncio.wait_for(running, 5)
    assert loops.ended == ["upper", "lower"]
