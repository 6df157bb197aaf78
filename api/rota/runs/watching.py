"""Writes down a conversation with a model while it goes on."""

import asyncio
from collections.abc import Sequence
from typing import Any

from rota.inference.prompt import Message, Rejected
from rota.inference.watching import Exchange, Usage, Watch
from rota.platform.kernel.errors import Issue
from rota.platform.resources import Resources
from rota.runs import claims
from rota.runs.claims import Claim, Told
from rota.runs.models import EventType
from rota.runs.requests import described, kept

COALESCE_SECONDS = 0.1
MAX_COALESCE_SECONDS = 0.25  # of an answer that goes on and on


class RunWatch(Watch):
    """All conversations of a claim, one after the other: text is coalesced into deltas, and an
    answer that breaks the contract becomes a rejection. `used` is what they used together."""

    def __init__(self, resources: Resources, claim: Claim) -> None:
        self.used = Usage()
        self.rejected_so_far: list[Rejected] = []
        self._resources = resources
        self._claim = claim
        self._unsent = ""
        self._sender: asyncio.Task[None] | None = None
        self._order = asyncio.Lock()
        self._untold: list[Exchange] = []
        self._before: Sequence[Message] = ()
        self._thoughts: str | None = None

    async def requested(self, exchange: Exchange) -> None:
        self._untold.append(exchange)

    async def said(self, text: str) -> None:
        self._unsent += text
        if self._sender and self._sender.done():
            self._sender.result()
            self._sender = None
        if self._sender is None:
            self._sender = asyncio.create_task(self._send())

    async def rejected(self, text: str, issues: Sequence[Issue]) -> None:
        await self._flush()
        self.rejected_so_far.append(Rejected(text, issues))
        data = {"issues": described(issues), "text": text}
        await claims.append(
            self._resources, self._claim, EventType.OUTPUT_REJECTED, data, told=self.told()
        )

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
            text, self._unsent = self._unsent, ""
        return text

    async def close(self) -> None:
        """Nothing is written behind the caller's back any more."""
        if self._sender:
            self._sender.cancel()
            await asyncio.wait([self._sender])
            self._sender = None

    async def _send(self) -> None:
        """The first text at once, the rest in bundles, which grow with the answer."""
        pause = COALESCE_SECONDS
        while self._unsent:
            await self._flush()
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, max(MAX_COALESCE_SECONDS, COALESCE_SECONDS))

    async def _flush(self) -> None:
        async with self._order:
            if self._unsent:
                text, self._unsent = self._unsent, ""
                await claims.append(
                    self._resources, self._claim, EventType.OUTPUT_DELTA, {"text": text}
                )
