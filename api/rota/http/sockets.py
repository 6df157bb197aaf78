"""The open sockets, and the watch that closes one when its credentials end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from rota.access.service import still_valid
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.errors import Unavailable
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.delivery import Subscription

log = logging.getLogger(__name__)
LOOK_SECONDS = 4.0
Close = Callable[[], Awaitable[None]]


class OpenSockets:
    def __init__(self) -> None:
        self._open: dict[Close, Actor] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, actor: Actor, close: Close) -> None:
        self._open[close] = actor

    def discard(self, close: Close) -> None:
        self._open.pop(close, None)

    @asynccontextmanager
    async def watched(self, bus: Bus) -> AsyncIterator[None]:
        """Looks at once when something was revoked, and every few seconds: credentials
        expire without a word, and the bus may be away."""
        async with AsyncExitStack() as stack:
            wake = asyncio.Event()
            tasks = []
            for noun in ("token", "session"):
                subscription = await stack.enter_async_context(bus.subscribe(noun))
                tasks.append(asyncio.create_task(_wake_on(subscription, wake)))
            tasks.append(asyncio.create_task(self._watch(wake)))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    async def _watch(self, wake: asyncio.Event) -> None:
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await wake.wait()
            except TimeoutError:
                pass
            wake.clear()
            try:
                await self._close_ended()
            except Unavailable:
                pass
            except Exception:
                log.exception("Looking for ended credentials failed.")

    async def _close_ended(self) -> None:
        valid = await still_valid(set(self._open.values()))
        ended = [close for close, actor in self._open.items() if actor not in valid]
        for close in ended:
            self.discard(close)
        await asyncio.gather(*(close() for close in ended), return_exceptions=True)


async def _wake_on(subscription: Subscription, wake: asyncio.Event) -> None:
    while True:
        if await subscription.wait(LOOK_SECONDS):
            wake.set()
