"""The one client for calls to vendors: within what the egress policy allows, without redirects,
proxies or passwords from the environment, and without cookies carried from one to the next."""

import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from rota.platform.egress import EgressPolicy, literal

CONNECT_SECONDS = 5.0  # name, network and TLS together
KEEP_ALIVE_SECONDS = 30
MAX_CONNECTIONS = 1000
# What comes is read as it is: what is counted is what is kept.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Rota"}


class NotReached(Exception):
    """Nothing was sent: the name, the network, TLS or the time is in the way. The cause tells."""


class Broken(Exception):
    """The connection ended before the response did. `was_answered`: some of it had come."""

    def __init__(self, *, was_answered: bool) -> None:
        super().__init__("The connection broke.")
        self.was_answered = was_answered


Response = aiohttp.ClientResponse


class HttpClient:
    def __init__(self, session: aiohttp.ClientSession, policy: EgressPolicy) -> None:
        self._session = session
        self._policy = policy

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """The response as soon as its head is here; who uses it as a context closes it. A kept
        connection that turns out to be closed gives way to another one. Raises NotReached, Broken,
        EgressRefused, and ValueError for what is no address."""
        target = await self._judged(URL(url))
        while True:
            connection = SimpleNamespace(was_kept=False)
            try:
                return await self._session.request(
                    method,
                    target,
                    headers=headers,
                    data=body,
                    allow_redirects=False,
                    trace_request_ctx=connection,
                )
            except aiohttp.ServerDisconnectedError as error:
                # Where a part of a head came, it is told in place of the words.
                was_answered = not isinstance(error.message, str)
                if was_answered or not connection.was_kept:
                    raise Broken(was_answered=was_answered) from error
            except (aiohttp.ClientConnectorError, TimeoutError) as error:
                raise NotReached from error
            except aiohttp.ClientOSError as error:
                if not connection.was_kept:
                    raise Broken(was_answered=False) from error
            except aiohttp.ClientResponseError as error:
                raise Broken(was_answered=True) from error

    async def _judged(self, url: URL) -> URL:
        """A host that spells an address never meets the resolver: judged here, and written
        plainly."""
        address = literal(url.raw_host or "")
        if address is None:
            return url
        await self._policy.addresses(str(address), url.port or 0)
        return url.with_host(str(address))


@asynccontextmanager
async def open_client(policy: EgressPolicy) -> AsyncIterator[HttpClient]:
    kept = aiohttp.TraceConfig()
    kept.on_connection_reuseconn.append(_note_kept)
    connector = aiohttp.TCPConnector(
        ssl=ssl.create_default_context(),
        resolver=_JudgingResolver(policy),
        use_dns_cache=False,
        limit=MAX_CONNECTIONS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        headers=HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=None, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS
        ),
        trace_configs=[kept],
        trust_env=False,
    ) as session:
        yield HttpClient(session, policy)


async def pieces(response: Response) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Broken."""
    try:
        async for piece in response.content.iter_any():
            yield piece
    except (aiohttp.ClientError, OSError) as error:
        raise Broken(was_answered=True) from error


class _JudgingResolver(AbstractResolver):
    """Gives only addresses that may be called, so that no other is connected to."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            addresses = await self._policy.addresses(host, port)
        except UnicodeError as error:
            raise socket.gaierror(socket.EAI_NONAME, "The name cannot be written.") from error
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=_family(address),
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Holds nothing."""


def _family(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> socket.AddressFamily:
    return socket.AF_INET if address.version == 4 else socket.AF_INET6


async def _note_kept(_: Any, context: Any, __: Any) -> None:
    if context.trace_request_ctx is not None:
        context.trace_request_ctx.was_kept = True
