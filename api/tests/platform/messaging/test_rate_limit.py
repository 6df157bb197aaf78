"""How often something is allowed, with Redis and without."""

import asyncio

from rota.platform.messaging.queue import open_redis
from rota.platform.messaging.rate_limit import RateLimits
from rota.platform.resources import Resources


async def test_it_is_allowed_so_often_for_each_subject(resources: Resources) -> None:
    limits = RateLimits(resources.redis)
    waits = await asyncio.gather(*(limits.take("test", "a", 3, 60) for _ in range(5)))
    assert sorted(map(bool, waits)) == [False] * 3 + [True] * 2
    assert 58 <= max(waits) <= 60
    assert await limits.take("test", "b", 3, 60) == 0
    assert await limits.take("other", "a", 3, 60) == 0


async def test_processes_share_the_count(resources: Resources) -> None:
    one, other = RateLimits(resources.redis), RateLimits(resources.redis)
    assert await one.take("test", "a", 1, 60) == 0
    assert await other.take("test", "a", 1, 60) > 0


async def test_the_window_ends(resources: Resources) -> None:
    limits = RateLimits(resources.redis)
    await limits.take("test", "a", 1, 60)
    assert await limits.take("test", "a", 1, 60) > 0
    [key] = await resources.redis.keys("rota:limit:test:*")
    assert 0 < await resources.redis.ttl(key) <= 60
    await resources.redis.delete(key)
    assert await limits.take("test", "a", 1, 60) == 0


async def test_without_redis_this_process_counts() -> None:
    redis = open_redis("unix:///nowhere/redis.sock?db=0")
    limits = RateLimits(redis)
    waits = [await limits.take("test", "a", 2, 60) for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert 58 <= waits[2] <= 60
    assert await limits.take("test", "b", 2, 60) == 0
    await redis.aclose(close_connection_pool=True)
