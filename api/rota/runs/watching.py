"""Writes down a conversation with a model while it goes on."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from rota.inference.prompt import Message, Rejected
from rota.inference.watching import Exchange, Usage, Watch
from rota.platform.kernel.errors import Issue
from rota.platform.resources import Resources
from rota.runs import claims
from rota.runs.claims import NOTHING_TOLD, Claim, Told
from rota.runs.models import EventType
from rota.runs.requests import described, kept

FIRST_SECONDS = 0.02  # what is complete by then is written with its end alone
COALESCE_SECONDS = 0.1
MAX_COALESCE_SECONDS = 0.25  # of an answer that goes on and on


class RunWatch(Watch):
    """All conversations of a claim, one after the other: text is coalesced into deltas, and an
    answer that breaks the contract becomes a rejection. `used` is what they used together.

    Nobody knows of a write that failed whether it was made. So no other follows it: whatever is
    asked from then on raises the same, until the run starts over.
    """

    def __init__(self, resources: Resources, claim: Claim) -> None:
        self.used = Usage()
        self.rejected_so_far: list[Rejected] = []
        self._resources = resources
        self._claim = claim
        self._unsent = ""
        self._sender: asyncio.Task[None] | None = None
        self._write: asyncio.Task[None] | None = None  # under way, or failed
        self._order = asyncio.Lock()
        self._untold: list[Exchange] = []
        self._before: Sequence[Message] = ()
        self._thoughts: str | None = None

    async def requested(self, exchange: Exchange) -> None:
        self._untold.append(exchange)

    async def said(self, text: str) -> None:
        self._unsent += text
        if self._write and self._write.done():
            self._write.result()
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send())

    async def rejected(self, text: str, issues: Sequence[Issue]) -> None:
        await self.flush()
        self.rejected_so_far.append(Rejected(text, issues))
        data = {"issues": described(issues), "text": text}
        async with self._order:
            self._append(EventType.OUTPUT_REJECTED, data, self.told())
            await self._written()

    def ended(self, usage: Usage) -> None:
        self.used += usage

    def told(self) -> Told:
        """The requests since the last time, and what was thought before the last answer. The caller
        writes them down."""
        records: list[dict[str, Any]] = []
        for exchange in self._untold:
            records.append(kept(exchange, self._claim.attempt, self._before))
            self._before = exchange.messages
            if exchange.text is not None or exchange.thoughts:
                self._thoughts = exchange.thoughts
        self._untold = []
        return Told(records or None, self._thoughts)

    async def rest(self) -> str:
        """What is not sent yet: the caller takes it over."""
        async with self._order:
            await self._written()
            text, self._unsent = self._unsent, ""
        return text

    async def flush(self) -> None:
        """All that was said is written."""
        async with self._order:
            await self._written()
            if self._unsent:
                text, self._unsent = self._unsent, ""
                self._append(EventType.OUTPUT_DELTA, {"text": text})
                await self._written()

    async def close(self) -> None:
        """Nothing is written behind the caller's back any more."""
        for task in (self._sender, self._write):
            if task:
                task.cancel()
                await asyncio.wait([task])
        self._sender = self._write = None

    async def _send(self) -> None:
        """The first text in a moment, the rest in bundles, which grow with the answer. What fails
        is found where the next is written."""
        pause = COALESCE_SECONDS
        with suppress(Exception):
            await asyncio.sleep(FIRST_SECONDS)
            while self._unsent:
                await self.flush()
                await asyncio.sleep(pause)
                pause = min(pause * 1.5, max(MAX_COALESCE_SECONDS, COALESCE_SECONDS))

    def _append(self, type: EventType, data: dict[str, Any], told: Told = NOTHING_TOLD) -> None:
        self._write = asyncio.create_task(
            claims.append(self._resources, self._claim, type, data, told=told)
        )

    async def _written(self) -> None:
        """Whoever waits here may be cancelled; the write goes on."""
        if self._write:
            await asyncio.shield(self._write)
            self._write = None
