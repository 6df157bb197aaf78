"""What a process holds open: made once at its start, closed in reverse at its end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from arq import ArqRedis

from rota.platform.crypto import Cipher
from rota.platform.egress import EgressPolicy
from rota.platform.http_client import HttpClient, open_client
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.queue import Queue, open_redis
from rota.platform.messaging.rate_limit import RateLimits
from rota.platform.settings import Settings
from rota.platform.storage.database import open_database
from rota.platform.storage.driver import STATEMENT_SECONDS


@dataclass(frozen=True)
class Resources:
    settings: Settings
    redis: ArqRedis
    bus: Bus
    queue: Queue
    limits: RateLimits
    cipher: Cipher
    egress: EgressPolicy
    http: HttpClient


@asynccontextmanager
async def open_resources(
    settings: Settings, nouns: Sequence[str], statement_seconds: float = STATEMENT_SECONDS
) -> AsyncIterator[Resources]:
    """`nouns`: the kinds of event that this process wants to hear of, if any. No statement may
    take longer than `statement_seconds`."""
    settings.require_stores()
    cipher = Cipher(settings.encryption_keys)
    async with AsyncExitStack() as stack:
        url = settings.database_url or ""
        await stack.enter_async_context(open_database(url, statement_seconds=statement_seconds))
        redis = open_redis(settings.redis_url or "")
        stack.push_async_callback(redis.aclose, close_connection_pool=True)
        bus = Bus(redis, nouns)
        stack.push_async_callback(bus.outbox.close)
        if nouns:
            await stack.enter_async_context(bus.listening())
        egress = EgressPolicy(settings.egress, settings.egress_allow)
        http = await stack.enter_async_context(open_client(egress))
        yield Resources(settings, redis, bus, Queue(redis), RateLimits(redis), cipher, egress, http)
