"""Connections to Redis, as an address wants them."""

import ssl
from functools import partial
from typing import Any

from redis.asyncio import (
    BlockingConnectionPool,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)

from rota.platform.messaging.redis_url import read_redis_url


class EncryptedConnection(SSLConnection):
    """Trusts whom the context says: redis-py itself adds to what is named all that this machine
    trusts."""

    def __init__(self, *, context: ssl.SSLContext, **options: Any) -> None:
        super().__init__(**options)
        self.ssl_context.context = context


def open_pool(url: str, max_connections: int) -> BlockingConnectionPool:
    """Raises UrlError. The plain pool lets nobody have a connection while it looks after
    another's."""
    arguments = read_redis_url(url).arguments()
    pool = partial(BlockingConnectionPool, max_connections=max_connections, timeout=None)
    if "path" in arguments:
        return pool(connection_class=UnixDomainSocketConnection, **arguments)
    if "context" in arguments:
        return pool(connection_class=EncryptedConnection, **arguments)
    return pool(connection_class=Connection, **arguments)
