"""Whether Redis answers: by its own time, and not by how late this process is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

TICK_SECONDS = 0.01
MAX_TICK_SECONDS = 0.015
ANSWER_SECONDS = 0.5  # for what somebody waits for

# An error of the first kind that fits; some are kinds of a later one.
SAID: dict[type[BaseException], str] = {
    AuthenticationError: "Redis does not take the name and password of REDIS_URL.",
    NoPermissionError: "Redis lets the user of REDIS_URL do less than Rota needs.",
    NoAnswer: "Redis does not answer in time.",
    TimeoutError: "Redis does not answer in time.",
    NoConnection: "Redis cannot be reached. Check REDIS_URL, and that it runs.",
    OSError: "Redis cannot be reached. Check REDIS_URL, and that it runs.",
}
REFUSES = "What answers at REDIS_URL does not do what Redis would. Its log may say why."


class RedisAway(Exception):
    """Redis did not do it: it cannot be reached, is silent for too long, or refuses."""

    @property
    def sentence(self) -> str:
        """In words of ours: Redis repeats what it does not understand, and that may be a secret."""
        cause = self.__cause__
        return next((said for kind, said in SAID.items() if isinstance(cause, kind)), REFUSES)

    @property
    def reason(self) -> str:
        """For the log: the kind of error that said so."""
        return type(self.__cause__ or self).__name__


@asynccontextmanager
async def asking_redis(patience: float = ANSWER_SECONDS) -> AsyncIterator[None]:
    """What is asked of Redis meanwhile raises RedisAway where it has no answer after `patience`
    seconds. Only time counts in which this loop could have taken one: however late it comes, a turn
    of it is no more than a tick."""
    try:
        async with asyncio.timeout(None) as limit:
            ticking = _Ticking(limit, patience)
            try:
                yield
            finally:
                ticking.stop()
    except (RedisError, OSError) as error:  # a timeout is an OSError
        raise RedisAway from error


async def redis_answers(redis: Redis) -> bool:
    try:
        async with asking_redis():
            await redis.ping()
    except RedisAway:
        return False
    return True


class _Ticking:
    def __init__(self, limit: asyncio.Timeout, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit = limit
        self._left = seconds
        self._wait()

    def stop(self) -> None:
        self._next.cancel()

    def _wait(self) -> None:
        self._since = self._loop.time()
        self._next = self._loop.call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        self._left -= min(self._loop.time() - self._since, MAX_TICK_SECONDS)
        if self._left > 0:
            self._wait()
        else:
            self._limit.reschedule(self._loop.time())
