"""The one client for calls to vendors: within what the egress policy allows, without redirects,
proxies or passwords from the environment, and without cookies carried from one to the next."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from yarl import URL

from rota.platform.egress import EgressPolicy, literal

CONNECT_SECONDS = 5.0  # name, network and TLS together
KEEP_ALIVE_SECONDS = 30
END_SECONDS = 0.1
MAX_CONNECTIONS = 1000
MAX_HEADER_BYTES = 64 * 1024  # each; gateways write long ones
# What comes is read as it is: what is counted is what is kept.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Rota"}
_TLS_ALERT = b"\x15\x03"


class NotReached(Exception):
    """Nothing was asked: the name, the network, TLS or the time is in the way. The cause tells."""


class SpeaksTls(Exception):
    """What answers at an http address speaks TLS."""


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
            try:
                return await self._session.request(
                    method, target, headers=headers, data=body, allow_redirects=False
                )
            except _NoHead as lost:
                if lost.first == _TLS_ALERT:
                    raise NotReached from SpeaksTls()
                if lost.first or not lost.was_kept:
                    raise Broken(was_answered=bool(lost.first)) from lost.__cause__
            except (aiohttp.ClientConnectorError, TimeoutError) as error:
                raise NotReached from error
            except (aiohttp.ClientConnectionError, OSError) as error:
                raise Broken(was_answered=False) from error

    async def _judged(self, url: URL) -> URL:
        """A host that spells an address never meets the resolver: judged here, and written
        plainly. Raises EgressRefused, ValueError."""
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise ValueError("This is no http or https address.")
        address = literal(url.raw_host)
        if address is None:
            if ":" in url.raw_host:
                raise ValueError("What stands in brackets is no address.")
            return url
        await self._policy.addresses(str(address), url.port or 0)
        return url.with_host(str(address))


@asynccontextmanager
async def open_client(policy: EgressPolicy) -> AsyncIterator[HttpClient]:
    connector = aiohttp.TCPConnector(
        ssl=_tls(),
        resolver=_JudgingResolver(policy),
        use_dns_cache=False,
        limit=MAX_CONNECTIONS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    factory: Any = partial(_Handler, loop=asyncio.get_running_loop())
    connector._factory = factory
    async with aiohttp.ClientSession(
        connector=connector,
        response_class=_Response,
        headers=HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=None, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS
        ),
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
        trust_env=False,
    ) as session:
        yield HttpClient(session, policy)


def _tls() -> ssl.SSLContext:
    """Trusts whom the system trusts, or who stands in SSL_CERT_FILE and SSL_CERT_DIR."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


async def pieces(response: Response) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Broken."""
    try:
        async for piece in response.content.iter_any():
            yield piece
    except (aiohttp.ClientError, OSError) as error:
        raise Broken(was_answered=True) from error


async def let_end(response: Response) -> None:
    """Waits a moment for the end of a body whose rest means nothing: its connection is kept then,
    and closed else."""
    with suppress(aiohttp.ClientError, OSError):  # a timeout is an OSError
        async with asyncio.timeout(END_SECONDS):
            async for _ in response.content.iter_any():
                pass


class _NoHead(Exception):
    """No head of a response came. `first`: the first bytes of what did."""

    def __init__(self, *, was_kept: bool, first: bytes) -> None:
        super().__init__("The connection broke before a response began.")
        self.was_kept = was_kept
        self.first = first


class _Handler(ResponseHandler):
    """A connection that knows how often it was asked, and how what then came begins."""

    uses = 0
    first = b""

    def set_response_params(self, **params: Any) -> None:
        self.uses += 1
        self.first, self._payload = b"", None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        if not self.first:
            self.first = data[: len(_TLS_ALERT)]
        elif data and self._payload is not None and self._payload.is_eof():
            self.force_close()  # more than was asked for
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        # Else a body that says no length would be whole.
        if exc is not None and self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(aiohttp.ClientPayloadError("The connection was reset."))
        super().connection_lost(exc)

    def is_connected(self) -> bool:
        # What came while nothing was asked is nobody's answer.
        return super().is_connected() and not self.should_close


class _Response(aiohttp.ClientResponse):
    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Raises _NoHead, which also keeps aiohttp from asking again by itself."""
        handler: Any = connection.protocol
        try:
            return await super().start(connection)
        except (aiohttp.ClientError, OSError) as error:
            raise _NoHead(was_kept=handler.uses > 1, first=handler.first) from error


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
