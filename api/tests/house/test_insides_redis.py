"""What Rota relies on of redis-py beyond what it promises (rota/platform/messaging)."""

import asyncio
from functools import partial
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAway

from rota.platform.kernel.tls import trusting_all
from rota.platform.messaging.connections import EncryptedConnection
from rota.platform.messaging.queue import open_redis
from rota.platform.resources import Resources
from tests.house.relied import relied as relied_on

relied = partial(relied_on, "redis", where="rota/platform/messaging", page="0035")


async def test_a_connection_that_is_cut_off_answers_nobody_else(resources: Resources) -> None:
    with relied("a command that is cancelled takes its connection with it"):
        await resources.redis.client_pause(200)
        cut = [asyncio.ensure_future(resources.redis.echo(b"old")) for _ in range(5)]
        await asyncio.wait(cut, timeout=0.05)
        for task in cut:
            task.cancel()
        await asyncio.wait(cut)
        words = [f"word {number}".encode() for number in range(10)]
        assert await asyncio.gather(*map(resources.redis.echo, words)) == words


async def test_a_connection_that_takes_its_time_keeps_nobody_from_others(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = open_redis(resources.settings.redis_url or "")
    pool = redis.connection_pool
    with relied("the blocking pool looks after each connection beside the others"):
        looked, go_on = asyncio.Event(), asyncio.Event()
        ensure = pool.ensure_connection

        async def slowly(connection: Any) -> None:
            if not looked.is_set():
                looked.set()
                await go_on.wait()
            await ensure(connection)

        monkeypatch.setattr(pool, "ensure_connection", slowly)
        held_up = asyncio.ensure_future(redis.ping())
        await looked.wait()
        async with asyncio.timeout(5):
            assert await redis.ping()
        go_on.set()
        assert await held_up
    await redis.aclose(close_connection_pool=True)


async def test_a_subscription_is_confirmed_by_how_many_there_are(resources: Resources) -> None:
    with relied("each pattern is confirmed, the last one by the number of all"):
        async with resources.redis.pubsub() as pubsub:
            await pubsub.psubscribe("rota:a:*", "rota:b:*")
            confirmed = [await anext(pubsub.listen()) for _ in range(2)]
        assert [(one["type"], one["data"]) for one in confirmed] == [
            ("psubscribe", 1),
            ("psubscribe", 2),
        ]


async def test_what_cannot_be_reached_is_an_error_of_its_own(tmp_path: object) -> None:
    with relied("a socket that is not there is redis-py's ConnectionError, and tried once"):
        redis = Redis.from_url(f"unix://{tmp_path}/none.sock")
        with pytest.raises(RedisAway):
            await redis.ping()
        await redis.aclose()


async def test_a_connection_takes_the_context_that_it_is_given() -> None:
    with relied("an SSLConnection makes a context of its own only where `ssl_context` has none"):
        context = trusting_all()
        connection = EncryptedConnection(context=context)
        assert connection._connection_arguments()["ssl"] is context
