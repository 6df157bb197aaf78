"""A crowd of subscribers, and when each of them saw what."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.site import Site
from benchmarks.sockets import Socket, open_socket

AT_A_TIME = 16


@dataclass
class Crowd:
    """`seen` has, of each subscriber, the moments and the fields of what it was sent."""

    seen: list[list[tuple[float, Any]]]
    sockets: list[Socket] = field(default_factory=list)
    completed: int = 0
    lost: list[str] = field(default_factory=list)  # what each closed with
    _grew: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def deliveries(self) -> int:
        return sum(map(len, self.seen))

    async def until(self, enough: Callable[["Crowd"], bool], seconds: float) -> None:
        """Returns also when the time is over: what is missing then is for the figures to say."""
        try:
            async with asyncio.timeout(seconds):
                while not enough(self):
                    self._grew.clear()
                    await self._grew.wait()
        except TimeoutError:
            return

    async def subscribe(self, document: str, variables: Sequence[dict[str, Any]]) -> None:
        """Each with their own variables; returns once the server has them all."""
        for number, socket in enumerate(self.sockets):
            socket.subscribe(document, self._listener(number), **variables[number])
        await asyncio.gather(*(socket.registered() for socket in self.sockets))

    def _listener(self, number: int) -> Callable[[float, dict[str, Any]], None]:
        mine = self.seen[number]

        def listen(now: float, message: dict[str, Any]) -> None:
            match message["type"]:
                case "next":
                    [value] = message["payload"]["data"].values()
                    mine.append((now, value))
                case "complete":
                    self.completed += 1
                case "lost":
                    self.lost.append(self.sockets[number].closed)
            self._grew.set()

        return listen


@asynccontextmanager
async def crowd(site: Site, size: int) -> AsyncIterator[Crowd]:
    """Everybody has a socket of their own, open and authenticated."""
    url = await site.start_api()
    everybody = Crowd([[] for _ in range(size)])
    numbers = iter(range(size))

    async def enter() -> None:
        for _ in numbers:
            everybody.sockets.append(await open_socket(url, site.secret))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_A_TIME):
                group.create_task(enter())
        yield everybody
    finally:
        for socket in everybody.sockets:
            socket.close()
