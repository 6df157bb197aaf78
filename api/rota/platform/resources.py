"""What a process holds open: made once at its start, closed in reverse at its end."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arq import ArqRedis

from rota.platform.crypto import Cipher
from rota.platform.egress import EgressPolicy
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.queue import Queue, open_redis
from rota.platform.messaging.rate_limit import RateLimits
from rota.platform.settings import Settings
from rota.platform.storage.database import open_database
from rota.platform.storage.driver import STATEMENT_SECONDS

if TYPE_CHECKING:
    from rota.platform.http_client import HttpClient


class LateHttp:
    """The client for calls to vendors: its library is large, and loaded where one is called."""

    def __init__(self, egress: EgressPolicy) -> None:
        self._egress = egress
        self._client: HttpClient | None = None

    def client(self) -> "HttpClient":
        if self._client is None:
            from rota.platform.http_client import new_client

            self._client = new_client(self._egress)
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close_all()


@dataclass(frozen=True)
class Resources:
    settings: Settings
    redis: ArqRedis
    bus: Bus
    queue: Queue
    limits: RateLimits
    cipher: Cipher
    egress: EgressPolicy
    late_http: LateHttp

    @property
    def http(self) -> "HttpClient":
        return self.late_http.client()


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
        http = LateHttp(egress)
        stack.push_async_callback(http.close)
        yield Resources(settings, redis, bus, Queue(redis), RateLimits(redis), cipher, egress, http)
