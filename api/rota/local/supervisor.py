"""Supervision: what ends by itself is started again, ever more slowly."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from rota.local.process import ChildProcess

FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS = 0.5, 30.0
# Whoever ran this long starts again with the first delay.
STABLE_SECONDS = 30.0


class Ending(Protocol):
    async def until_end(self) -> str:
        """How it ended: the rest of a sentence that begins with its name."""
        ...


Thing = TypeVar("Thing", bound=Ending)


@dataclass(frozen=True)
class Together:
    """Processes that run together or not at all; a subclass says what their users have to know."""

    processes: Sequence[ChildProcess] = field(default=(), kw_only=True, repr=False, compare=False)
    """None where another process started them."""

    async def until_end(self) -> str:
        """When the first of them has ended."""
        ends = [asyncio.create_task(process.wait()) for process in self.processes]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        return "ended by itself"


async def supervise(
    name: str,
    start: Callable[[], AbstractAsyncContextManager[Thing]],
    warn: Callable[[str], None],
    first: "asyncio.Future[Thing] | asyncio.Future[Thing | None] | None" = None,
) -> None:
    """Until it is cancelled; `first` is given what the first start gives. A start that fails is
    raised, and nothing is tried again."""
    clock = asyncio.get_running_loop().time
    delay = FIRST_DELAY_SECONDS
    while True:
        async with start() as thing:
            began = clock()
            if first and not first.done():
                first.set_result(thing)
            how = await thing.until_end()
        delay = FIRST_DELAY_SECONDS if clock() - began > STABLE_SECONDS else delay
        warn(f"{name} {how}. Starting it again in {delay:g} s.")
        await asyncio.sleep(delay)
        delay = min(delay * 2, MAX_DELAY_SECONDS)


@asynccontextmanager
async def beside(supervision: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """It goes on as long as the body does; if it fails, it takes the body with it."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(supervision)
        yield
        task.cancel()
