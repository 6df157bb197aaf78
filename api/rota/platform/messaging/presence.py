"""Which workers are there, and what each has ready: short-lived lists in Redis."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import orjson
from redis.asyncio import Redis

from rota.platform.kernel.events import Event
from rota.platform.kernel.ids import new_id
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.health import RedisAway, asking_redis

log = logging.getLogger(__name__)
EXPIRY_SECONDS = 15
REFRESH_SECONDS = 5.0
PAUSE_SECONDS = 1.0
PREFIX = "rota:worker:"

Instances = list[dict[str, Any]]


@dataclass(frozen=True)
class WorkerPresence:
    worker: str
    instances: Instances


@dataclass(frozen=True, kw_only=True)
class WorkerUpdated(Event):
    """What a worker has ready changed; the list itself is in Redis."""

    name: ClassVar[str] = "worker.updated"


@asynccontextmanager
async def keep_presence(
    redis: Redis,
    bus: Bus,
    worker: str,
    snapshot: Callable[[], Instances],
    changed: asyncio.Event,
) -> AsyncIterator[None]:
    """Meanwhile the worker's list stands in Redis: written anew every few seconds, and at
    most once a second when it changed. It goes at the end, or when it is not renewed."""
    presence = _Presence(redis, bus, worker, snapshot)
    task = asyncio.create_task(presence.keep(changed), name="presence")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        with suppress(RedisAway):
            await presence.remove()


async def read_workers(redis: Redis) -> list[WorkerPresence]:
    """By name; empty where Redis is away or takes too long."""
    try:
        async with asking_redis():
            keys = [key async for key in redis.scan_iter(match=f"{PREFIX}*", count=1000)]
        async with asking_redis():
            values = await redis.mget(keys) if keys else []
    except RedisAway as away:
        log.warning("Redis did not tell which workers are there (%s).", away.reason)
        return []
    found = {
        key: _read(value) for key, value in zip(keys, values, strict=True) if value is not None
    }
    _foreign.note(frozenset(key for key, presence in found.items() if presence is None))
    return sorted(filter(None, found.values()), key=lambda presence: presence.worker)


def _read(value: bytes) -> WorkerPresence | None:
    """None where it is none that we know; another version's may have more to it."""
    try:
        match orjson.loads(value):
            case {"worker": str(worker), "instances": [*instances]}:
                return WorkerPresence(worker, [one for one in instances if isinstance(one, dict)])
    except ValueError:
        pass
    return None


class _Foreign:
    """What cannot be read, said once as long as it stays the same."""

    def __init__(self) -> None:
        self._known: frozenset[bytes] = frozenset()

    def note(self, keys: frozenset[bytes]) -> None:
        if keys - self._known:
            log.warning(
                "In Redis %d lists of workers are none that this version can read. They are "
                "passed over.",
                len(keys),
            )
        self._known = keys


_foreign = _Foreign()


class _Presence:
    def __init__(
        self, redis: Redis, bus: Bus, worker: str, snapshot: Callable[[], Instances]
    ) -> None:
        self._redis = redis
        self._bus = bus
        self._worker = worker
        self._snapshot = snapshot
        self._id: UUID = new_id()
        self._written: bytes | None = None

    async def keep(self, changed: asyncio.Event) -> None:
        while True:
            changed.clear()
            try:
                async with asking_redis(PAUSE_SECONDS):
                    await self._write()
            except RedisAway as away:
                log.debug("Redis did not take the list of instances (%s).", away.reason)
            await asyncio.sleep(PAUSE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_SECONDS - PAUSE_SECONDS):
                    await changed.wait()

    async def remove(self) -> None:
        async with asking_redis():
            await self._redis.delete(self._key)
            await self._bus.publish([WorkerUpdated(id=self._id)])

    async def _write(self) -> None:
        value = orjson.dumps(WorkerPresence(self._worker, self._snapshot()))
        await self._redis.set(self._key, value, ex=EXPIRY_SECONDS)
        if value != self._written:
            await self._bus.publish([WorkerUpdated(id=self._id)])
            self._written = value

    @property
    def _key(self) -> str:
        return f"{PREFIX}{self._id}"
