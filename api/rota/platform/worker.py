"""What a slice brings to the worker process, and what it is given there. A slice's worker.py names
it SLICE."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from rota.platform.kernel.jobs import Job
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class WorkerProcess:
    """`name` is what others know it by."""

    name: str
    resources: Resources
    rules: Rules
    _made: dict[Callable[["WorkerProcess"], Any], Any] = field(default_factory=dict)

    def once(self, make: Callable[["WorkerProcess"], T]) -> T:
        """What `make` gives, made at its first use and the same for all slices."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])


Loop = Callable[[WorkerProcess], Coroutine[Any, Any, None]]


@dataclass(frozen=True, kw_only=True)
class WorkerSlice:
    """`handlers` get the fields of their jobs, by name. A sweep is called every five seconds, in
    one process of all. A loop begins with the process and goes on until it is cancelled, or has
    done what is needed at the start; when it fails, the process ends. `nouns` are the kinds of
    event that the slice wants to hear of."""

    handlers: Mapping[type[Job], Callable[..., Awaitable[None]]] = field(default_factory=dict)
    sweeps: Mapping[str, Callable[[WorkerProcess], Awaitable[None]]] = field(default_factory=dict)
    loops: Sequence[Loop] = ()
    nouns: Sequence[str] = ()


async def run_loops(loops: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Until one fails, or this is cancelled. They end in reverse: a slice's go on until those of
    the slices above it have ended."""
    async with AsyncExitStack() as stack:
        tasks = [await stack.enter_async_context(_running(loop)) for loop in loops]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()


@asynccontextmanager
async def _running(loop: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(loop)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
