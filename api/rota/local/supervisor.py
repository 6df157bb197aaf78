"""Supervision: what ends by itself is started again, each for itself, soon at first."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeVar

from rota.local.errors import LocalError

# While things get well again.
FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS = 0.2, 1.6
# Where they do not: what ended so often in a row is not to take the machine's time.
MAX_QUICK_STARTS, SLOW_DELAY_SECONDS = 60, 30.0
# Whoever ran this long starts again with the first delay.
STABLE_SECONDS = 10.0


class Ending(Protocol):
    async def until_end(self) -> str:
        """How it ended: the rest of a sentence that begins with its name."""
        ...


Thing = TypeVar("Thing", bound=Ending)
# It is given the future of its first start.
Supervision = Callable[["asyncio.Future[Any]"], Coroutine[Any, Any, None]]


async def supervise(
    name: str,
    start: Callable[[], AbstractAsyncContextManager[Thing]],
    warn: Callable[[str], None],
    first: "asyncio.Future[Thing] | asyncio.Future[Thing | None] | None" = None,
) -> None:
    """Until it is cancelled; `first` is given what the first start gives. If that one fails, its
    error is raised; a later one that fails is tried again."""
    clock = asyncio.get_running_loop().time
    delays = _Delays()
    has_started = False
    while True:
        began = None
        try:
            async with start() as thing:
                began, has_started = clock(), True
                if first and not first.done():
                    first.set_result(thing)
                how = await thing.until_end()
        except Exception as error:
            if not has_started:
                raise
            how = f"did not start again: {_words(error)}"
        delay = delays.next(0 if began is None else clock() - began)
        warn(f"{name} {how}. Starting it again in {delay:g} s.")
        await asyncio.sleep(delay)


class _Delays:
    def __init__(self) -> None:
        self._in_a_row = 0

    def next(self, ran_seconds: float) -> float:
        if ran_seconds > STABLE_SECONDS:
            self._in_a_row = 0
        self._in_a_row += 1
        if self._in_a_row > MAX_QUICK_STARTS:
            return SLOW_DELAY_SECONDS
        return float(min(FIRST_DELAY_SECONDS * 2 ** (self._in_a_row - 1), MAX_DELAY_SECONDS))


def _words(error: Exception) -> str:
    if isinstance(error, LocalError):
        return str(error).rstrip(".")
    return f"{type(error).__name__}: {error}"


@asynccontextmanager
async def beside(supervision: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """It goes on as long as the body does; if it fails, it takes the body with it."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(supervision)
        yield
        task.cancel()


@asynccontextmanager
async def all_or_none(*supervisions: Supervision) -> AsyncIterator[list[Any]]:
    """The body begins once all have started, with what their starts give; the first that fails
    stops the others and is the one that is told."""
    firsts: list[asyncio.Future[Any]] = [
        asyncio.get_running_loop().create_future() for _ in supervisions
    ]
    tasks = [
        asyncio.create_task(supervision(first))
        for supervision, first in zip(supervisions, firsts, strict=True)
    ]
    started = asyncio.gather(*firsts)
    awaited: list[asyncio.Future[Any]] = [*tasks, started]
    try:
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
        yield started.result()
    finally:
        started.cancel()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
