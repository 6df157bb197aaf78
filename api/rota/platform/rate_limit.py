"""How often somebody may do something: counted in Redis, or in this process while it is away."""

import asyncio
import time

from arq.connections import ArqRedis
from redis.exceptions import RedisError

REDIS_PATIENCE_SECONDS = 0.2


class RateLimit:
    """`limit` times in `seconds`, which begin with the first time."""

    def __init__(self, redis: ArqRedis, name: str, limit: int, seconds: int) -> None:
        self._redis = redis
        self._name = name
        self._limit = limit
        self._seconds = seconds
        self._here: dict[str, tuple[int, float]] = {}

    async def take(self, subject: str) -> int:
        """0 where it is allowed, else in how many seconds it will be again."""
        try:
            async with asyncio.timeout(REDIS_PATIENCE_SECONDS):
                count, left = await self._count_in_redis(f"rota:limit:{self._name}:{subject}")
        except (RedisError, OSError, TimeoutError):
            count, left = self._count_here(subject)
        return max(1, left) if count > self._limit else 0

    async def _count_in_redis(self, key: str) -> tuple[int, int]:
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, self._seconds, nx=True)
            pipeline.ttl(key)
            count, _, left = await pipeline.execute()
        return count, left

    def _count_here(self, subject: str) -> tuple[int, int]:
        now = time.monotonic()
        self._here = {key: kept for key, kept in self._here.items() if kept[1] > now}
        count, until = self._here.get(subject, (0, now + self._seconds))
        self._here[subject] = (count + 1, until)
        return count + 1, int(until - now) + 1
