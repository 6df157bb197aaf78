"""How often somebody may do something: counted in Redis, or in this process while it is away."""

import time

from redis.asyncio import Redis

from rota.platform.messaging.health import RedisAway, asking_redis


class RateLimits:
    """One for a process: what it counts itself has to be there the next time."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._here: dict[str, tuple[int, float]] = {}

    async def take(self, name: str, subject: str, limit: int, seconds: int) -> int:
        """`limit` times in `seconds`, which begin with the first time: 0 where it is allowed,
        else in how many seconds it will be again."""
        key = f"rota:limit:{name}:{subject}"
        try:
            async with asking_redis():
                count, left = await self._count_in_redis(key, seconds)
        except RedisAway:
            count, left = self._count_here(key, seconds)
        return max(1, left) if count > limit else 0

    async def _count_in_redis(self, key: str, seconds: int) -> tuple[int, int]:
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, seconds, nx=True)
            pipeline.ttl(key)
            count, _, left = await pipeline.execute()
        return count, left

    def _count_here(self, key: str, seconds: int) -> tuple[int, int]:
        now = time.monotonic()
        self._here = {kept: until for kept, until in self._here.items() if until[1] > now}
        count, until = self._here.get(key, (0, now + seconds))
        self._here[key] = (count + 1, until)
        return count + 1, int(until - now) + 1
