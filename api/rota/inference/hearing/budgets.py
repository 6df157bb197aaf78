"""How much of a vendor is heard: of one response, and of all responses of a process together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum, auto

MAX_STREAM_BYTES = 64 * 1024 * 1024  # unpacked, all that comes
MAX_EVENT_BYTES = 4 * 1024 * 1024  # of a line, an event, or a body that is no stream
MAX_EVENT_PARTS = 100_000  # of its JSON: what a few bytes of it may become a hundred of in memory
MAX_SIGNS = 5_000_000  # of JSON, in all of a response: a tenth of a microsecond each
MAX_EVENTS = 80_000  # ten microseconds each
MAX_BROKEN_EVENTS = 10_000  # that are no plain JSON: each is read twice
MAX_LINES = 400_000
MAX_ANSWER_BYTES = 2 * 1024 * 1024
MAX_THOUGHTS_BYTES = 2 * 1024 * 1024
MAX_CALLS = 64
MAX_TOGETHER_BYTES = 64 * 1024 * 1024


class Budget(Enum):
    """What of a response was more than is heard."""

    STREAM = auto()
    EVENT = auto()
    EVENTS = auto()
    SIGNS = auto()
    BROKEN = auto()
    ANSWER = auto()
    THOUGHTS = auto()
    FRAMING = auto()
    TOGETHER = auto()


class TooLong(Exception):
    """A response is not heard to its end."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(f"The response is too long: {budget.name}.")
        self.budget = budget


def bytes_of(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


class Share:
    """What one stream holds, in bytes, as it says itself."""

    def __init__(self, streams: "Streams", limit: asyncio.Timeout) -> None:
        self.held = 0
        self._streams = streams
        self._limit = limit

    def hold(self, held: int) -> None:
        """Raises TooLong where this is the stream that has to end."""
        self._streams.change(self, held)

    def end(self) -> None:
        """Whatever it waits for."""
        self._limit.reschedule(asyncio.get_running_loop().time())


class Streams:
    """Those under way in a process: while they hold too much together, the largest ends."""

    def __init__(self, max_bytes: int = MAX_TOGETHER_BYTES) -> None:
        self.held = 0
        self._max_bytes = max_bytes
        self._shares: set[Share] = set()

    @asynccontextmanager
    async def share(self) -> AsyncIterator[Share]:
        """For as long as a stream is heard. Raises TooLong where it has to end."""
        try:
            async with asyncio.timeout(None) as limit:
                share = Share(self, limit)
                self._shares.add(share)
                try:
                    yield share
                finally:
                    self._drop(share)
        except TimeoutError:
            if not limit.expired():
                raise
            raise TooLong(Budget.TOGETHER) from None

    def change(self, share: Share, held: int) -> None:
        if share not in self._shares:
            return  # it ends already
        self.held += held - share.held
        share.held = held
        while self.held > self._max_bytes:
            largest = max(self._shares, key=lambda one: one.held)
            self._drop(largest)
            if largest is share:
                raise TooLong(Budget.TOGETHER)
            largest.end()

    def _drop(self, share: Share) -> None:
        if share in self._shares:
            self._shares.remove(share)
            self.held -= share.held


STREAMS = Streams()
