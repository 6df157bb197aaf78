"""Keeps things running: what ends by itself is started again, ever more slowly."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

Thing = TypeVar("Thing")
Start = Callable[[], AbstractAsyncContextManager[Thing]]
Say = Callable[[str], None]

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
LIVED_WELL_SECONDS = 30.0
LOOK_SECONDS = 0.5


async def keep(
    name: str,
    start: Start[Thing],
    until_end: Callable[[Thing], Awaitable[str]],
    say: Say,
    first: "asyncio.Future[Thing] | None" = None,
) -> None:
    """Until it is cancelled. A start that fails is raised, and nothing is tried again."""
    clock = asyncio.get_running_loop().time
    delay = FIRST_DELAY
    while True:
        async with start() as thing:
            began = clock()
            if first and not first.done():
                first.set_result(thing)
            how = await until_end(thing)
        delay = FIRST_DELAY if clock() - began > LIVED_WELL_SECONDS else delay
        say(f"{name} {how}. Starting it again in {delay:g} s.")
        await asyncio.sleep(delay)
        delay = min(delay * 2, LONGEST_DELAY)


@asynccontextmanager
async def keeping(
    name: str, start: Start[Thing], until_end: Callable[[Thing], Awaitable[str]], say: Say
) -> AsyncIterator["asyncio.Future[Thing]"]:
    """Goes on at once; the future comes true with the first start."""
    first: asyncio.Future[Thing] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keep(name, start, until_end, say, first))
        yield first
        task.cancel()


async def until_one_ends(*pids: int) -> str:
    """For processes that somebody else started and collects."""
    while all(map(_lives, pids)):  # noqa: ASYNC110 # the kernel sets no event
        await asyncio.sleep(LOOK_SECONDS)
    return "ended by itself"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
