"""What a vendor's double is told: answers to give, one per request, and gates to hold them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Gate:
    """Holds an answer back: one pass for each chunk of text, and one for the end."""

    def __init__(self) -> None:
        self._permits = asyncio.Semaphore(0)
        self._held = asyncio.Event()
        self._is_open = False

    def open(self, passes: int = 1) -> None:
        self._held.clear()
        for _ in range(passes):
            self._permits.release()

    def open_for_good(self) -> None:
        self._is_open = True
        self.open()

    async def held(self) -> None:
        """Returns once an answer stands before the gate and cannot pass."""
        await self._held.wait()

    async def passed(self) -> None:
        if self._permits.locked():
            self._held.set()
        await self._permits.acquire()
        if self._is_open:
            self._permits.release()


@dataclass(frozen=True)
class Pace:
    """A gate for harnesses without a test's eye on each step: it opens every so many seconds."""

    seconds: float

    async def passed(self) -> None:
        await asyncio.sleep(self.seconds)


class Trouble(StrEnum):
    """What goes wrong at vendors; each double puts it in its vendor's own words."""

    WRONG_KEY = "wrong key"
    NO_MODEL = "no such model"
    RATE_LIMIT = "rate limit"
    QUOTA = "quota"
    SERVER = "server error"
    TOO_LONG = "input too long"


@dataclass(frozen=True)
class Fits:
    """An answer that satisfies the schema asked for, in chunks of a few characters."""

    gate: Gate | Pace | None = None


@dataclass(frozen=True)
class Says:
    chunks: tuple[str, ...]
    gate: Gate | Pace | None = None


@dataclass(frozen=True)
class Calls:
    """A tool call; without a name, of the first tool on offer."""

    arguments: str
    name: str | None = None
    gate: Gate | Pace | None = None


@dataclass(frozen=True)
class Drips:
    """An answer that fits, one byte of its wire form at each pass of the gate."""

    gate: Gate | Pace


@dataclass(frozen=True)
class Fails:
    trouble: Trouble
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hangs:
    """Not a byte until released; then an answer that fits."""

    release: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True)
class Resets:
    """Some text, then the connection is reset."""

    chunks: tuple[str, ...] = ("{",)
    gate: Gate | Pace | None = None


@dataclass(frozen=True)
class Raw:
    """Any HTTP answer: redirects, pages of HTML, broken JSON, lines without end; `pieces`: so many
    bytes at a time."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: int = 0


@dataclass(frozen=True)
class NotHttp:
    """Bytes that are no HTTP at all."""

    data: bytes = b"\x00\xff 220 mail.example.org ESMTP\r\n"


Answer = Fits | Says | Calls | Drips | Fails | Hangs | Resets | Raw | NotHttp

GARBAGE = Raw(b'data: {"id": "chatcmpl-1", "choices": [{]\n\n', content_type="text/event-stream")


def long_line(size: int = 10_000_000) -> Says:
    return Says(("x" * size,))


@dataclass
class Received:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    closed: asyncio.Event  # its connection is gone
    answered: asyncio.Event = field(default_factory=asyncio.Event)  # to the last byte
