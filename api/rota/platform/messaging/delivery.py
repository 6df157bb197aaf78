"""How events reach those in this process who subscribed: each through a bounded queue, and what
they read about an event shared by all of them."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from rota.platform.kernel.deadline import before_deadline

T = TypeVar("T")
MAX_TOGETHER = 20  # messages of a piece whose rows are read at once
MAX_SHARED = 100  # such reads that are kept for those who come later
MAX_WAITING = 50_000  # messages in the queue of a subscriber, however few entries they came in


class Interrupted(Exception):
    """Messages may have been missed: the bus was away."""


class Lagged(Exception):
    """Messages were missed: the subscriber was too slow."""


class Shared:
    """What all subscribers in the process read about a message, or about a few of a piece that lie
    side by side."""

    def __init__(self, ids: Sequence[str], latest: "Latest | None" = None) -> None:
        self.ids = ids
        self._latest = latest
        self._loads: dict[Hashable, asyncio.Task[Any]] = {}

    async def once(self, key: Hashable, load: Callable[[], Coroutine[Any, Any, T]]) -> T:
        task = self._loads.get(key)
        if task is None:
            if self._latest and not self._loads:
                self._latest.add(self)
            task = self._loads[key] = asyncio.create_task(before_deadline(load()))
            task.add_done_callback(partial(self._forget_failure, key))
        result: T = await asyncio.shield(task)
        return result

    def forget(self) -> None:
        self._loads.clear()

    def _forget_failure(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        if task.cancelled() or task.exception():
            self._loads.pop(key, None)


class Latest:
    """Of pieces only the latest reads are kept: a subscriber that lags has many messages waiting,
    and is not to hold the rows of them all. What it finds gone it reads again."""

    def __init__(self) -> None:
        self._latest: deque[Shared] = deque()

    def add(self, shared: Shared) -> None:
        self._latest.append(shared)
        if len(self._latest) > MAX_SHARED:
            self._latest.popleft().forget()


class Message:
    """An event as it arrives; all subscribers in the process are given the same."""

    def __init__(self, name: str, fields: dict[str, Any], shared: Shared, place: int = 0) -> None:
        """`fields` become the message's own, but for the id."""
        self.name = name
        self.id: str = fields.pop("id")
        self.fields: Mapping[str, Any] = fields
        self._shared = shared
        self._place = place
        self._made: dict[Hashable, Any] = {}

    def made(self, key: Hashable, make: Callable[[], T]) -> T:
        """The same for all subscribers, made of the message by the first."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    def once(
        self, key: Hashable, load: Callable[[], Coroutine[Any, Any, T]]
    ) -> Coroutine[Any, Any, T]:
        """The same for all subscribers, read from the database by the first; a read that failed
        is done again for the next."""
        return self._shared.once((self._place, key), load)

    async def together(
        self, key: Hashable, load: Callable[[Sequence[str]], Coroutine[Any, Any, Sequence[T]]]
    ) -> T:
        """What `load` gives for the id. It is asked for a few messages of a piece at a time, once
        for all subscribers."""
        ids = self._shared.ids
        if len(ids) == 1:
            found = await load(ids)
        else:
            found = await self._shared.once(key, partial(load, ids))
        return found[self._place]


def unfold(payload: dict[str, Any], latest: Latest) -> list[Message]:
    """The messages that one of the bus carries. Raises ValueError, TypeError, LookupError or
    AttributeError where it is none of ours."""
    name: str = payload.pop("name")
    if "each" not in payload:
        return [Message(name, payload, Shared([payload["id"]]))]
    each: list[dict[str, Any]] = payload["each"]
    if not each:
        raise ValueError("It is about nothing.")
    messages = []
    for begin in range(0, len(each), MAX_TOGETHER):
        beside = each[begin : begin + MAX_TOGETHER]
        shared = Shared([fields["id"] for fields in beside], latest)
        messages += [Message(name, fields, shared, at) for at, fields in enumerate(beside)]
    return messages


class Subscription:
    """An endless stream of messages; raises Interrupted or Lagged where it has a hole. Each entry
    of its queue is what one message of the bus carried, and is unfolded as it is taken."""

    def __init__(self, size: int) -> None:
        self._queue: asyncio.Queue[Sequence[Message]] = asyncio.Queue(size)
        self._rest: Iterator[Message] = iter(())
        self._waiting = 0
        self._broken: Exception | None = None
        self._wake = asyncio.Event()

    def put(self, messages: Sequence[Message]) -> None:
        if self._queue.full() or self._waiting + len(messages) > MAX_WAITING:
            self._broken = Lagged()
        else:
            self._queue.put_nowait(messages)
            self._waiting += len(messages)
        self._wake.set()

    def interrupt(self) -> None:
        self._broken = Interrupted()
        self._wake.set()

    async def get(self) -> Message:
        while True:
            if self._broken:
                broken, self._broken = self._broken, None
                self._drain()
                raise broken
            message = next(self._rest, None)
            if message is None and not self._queue.empty():
                self._rest = iter(self._queue.get_nowait())
                message = next(self._rest)
            if message is not None:
                self._waiting -= 1
                return message
            self._wake.clear()
            await self._wake.wait()

    async def wait(self, seconds: float) -> bool:
        """Until something arrived, or there was a gap, or the time is up; forgets what
        arrived. For those who take a message as no more than a reason to look."""
        try:
            return await self.newest(seconds) is not None
        except (Interrupted, Lagged):
            return True

    async def newest(self, seconds: float) -> Message | None:
        """The last of what arrived; None when the time is up."""
        try:
            async with asyncio.timeout(seconds):
                message = await self.get()
        except TimeoutError:
            return None
        return (self._drain() or [message])[-1]

    def _drain(self) -> list[Message]:
        drained = list(self._rest)
        while not self._queue.empty():
            drained += self._queue.get_nowait()
        self._waiting = 0
        return drained

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Message:
        return await self.get()
