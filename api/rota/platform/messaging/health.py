"""Whether Redis answers."""

import asyncio

from redis.asyncio import Redis
from redis.exceptions import RedisError

PATIENCE_SECONDS = 0.5


async def redis_answers(redis: Redis) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await redis.ping()
    except (RedisError, OSError):  # a timeout is an OSError
        return False
    return True
