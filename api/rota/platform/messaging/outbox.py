"""What a process has to say over Redis, in order, a piece at a time.

Whoever says something may stop waiting; what is on its way goes on. Where Redis does not take a
piece, all that waits is left out, and Redis is left alone for a moment; what it hears next is that
something is missing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from redis.asyncio import Redis

from rota.platform.messaging.health import RedisAway, asking_redis

log = logging.getLogger(__name__)
GAP = "rota:gap"
MAX_PIECE_BYTES = 256 * 1024
MAX_PIECE_MESSAGES = 200
MAX_PIECES = 64
PATIENCE_SECONDS = 1.0
PAUSE_SECONDS = 0.5
CLOSE_SECONDS = 0.2

Sent = asyncio.Future[RedisAway | None]
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Parcel:
    """Content for whoever listens to the channel."""

    channel: str
    content: bytes


@dataclass
class _Piece:
    parcels: list[Parcel] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    awaited: list[Sent] = field(default_factory=list)
    size: int = 0

    def takes(self, parcel: Parcel) -> bool:
        fits = self.size + len(parcel.content) <= MAX_PIECE_BYTES
        return not self.parcels or (fits and len(self.parcels) < MAX_PIECE_MESSAGES)

    def add(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)
        self.size += len(parcel.content)

    def settle(self, away: RedisAway | None) -> None:
        for sent in self.awaited:
            if not sent.done():  # nobody waits for it any more
                sent.set_result(away)


class Outbox:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: deque[_Piece] = deque()
        self._sender: asyncio.Task[None] | None = None
        self._away: RedisAway | None = None
        self._is_known = False

    def put(self, parcels: Sequence[Parcel] = (), work: Work | None = None) -> Sent:
        """The future is done once Redis has taken the parcels and then the work was done, or once
        it is plain that they will not be. Each step of the `work` has its own patience; it raises
        RedisAway."""
        sent: Sent = asyncio.get_running_loop().create_future()
        if self._away:
            sent.set_result(self._away)
            return sent
        for parcel in parcels:
            self._last(parcel).add(parcel)
        piece = self._last()
        piece.works += [work] if work else []
        piece.awaited.append(sent)
        if len(self._waiting) > MAX_PIECES:
            self._leave_out(RedisAway("It takes less than there is to say."))
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send(), name="outbox")
        return sent

    async def close(self) -> None:
        """What is on its way has a moment more."""
        if self._sender:
            await asyncio.wait([self._sender], timeout=CLOSE_SECONDS)
            self._sender.cancel()
            await asyncio.wait([self._sender])

    def _last(self, parcel: Parcel | None = None) -> _Piece:
        """With room for the parcel."""
        if not self._waiting or (parcel and not self._waiting[-1].takes(parcel)):
            self._waiting.append(_Piece())
        return self._waiting[-1]

    async def _send(self) -> None:
        while self._waiting:
            piece = self._waiting.popleft()
            try:
                await self._publish(piece.parcels)
                for work in piece.works:
                    await work()
            except RedisAway as away:
                piece.settle(away)
                self._away = away
                self._leave_out(away)
                await asyncio.sleep(PAUSE_SECONDS)
                self._away = None
            else:
                piece.settle(None)
                if self._is_known:
                    self._is_known = False
                    log.info("Redis takes events again; subscribers are told.")

    async def _publish(self, parcels: Sequence[Parcel]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for parcel in parcels:
            pipeline.publish(parcel.channel, parcel.content)
        async with asking_redis(PATIENCE_SECONDS):
            await pipeline.execute()

    def _leave_out(self, away: RedisAway) -> None:
        """All that waits; listeners cannot know what it was, and are told so."""
        for piece in self._waiting:
            piece.settle(away)
        self._waiting.clear()
        self._last().add(Parcel(GAP, b""))
        if not self._is_known:
            self._is_known = True
            log.warning("Redis takes no events; subscribers will be told that some are missing.")
