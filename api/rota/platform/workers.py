"""Which workers are there: each keeps a key in Redis that expires soon after it is gone."""

import asyncio

from arq.connections import ArqRedis
from redis.exceptions import RedisError

PREFIX = "rota:worker:"
PATIENCE_SECONDS = 0.5


async def has_workers(redis: ArqRedis) -> bool | None:
    """None where Redis does not say."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for _ in redis.scan_iter(match=f"{PREFIX}*", count=1000):
                return True
    except (RedisError, OSError, TimeoutError):
        return None
    return False
