"""The one client for calls to vendors: within what the egress policy allows, without redirects,
proxies or passwords from the environment, and without cookies carried from one to the next.

Connections are kept for those who opened them: what one provider's server says is never heard by
another, whatever comes at an address that both share.
"""

import asyncio
import ipaddress
import select
import socket
import ssl
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from yarl import URL

from rota.platform.egress import EgressPolicy, literal

CONNECT_SECONDS = 5.0  # name, network and TLS together
KEEP_ALIVE_SECONDS = 30
# Nobody sees a model say more than one thing in so short a time.
QUICK_SECONDS = 0.02
MIN_WAIT_SECONDS = 0.002
MAX_WAIT_SECONDS = 0.032
SMALL_BYTES = 16 * 1024
END_SECONDS = 0.1
MAX_CONNECTIONS = 1000
MAX_HEADER_BYTES = 64 * 1024  # each; gateways write long ones
MAX_HEADS_BYTES = 256 * 1024  # of a response, with those that only announce it
MAX_FRAMING_BYTES = 2 * 1024 * 1024  # what of a response is neither its head nor its body
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


class Flooded(Broken):
    """Too much came that is no body: endless announcements of a response, chunks of nothing."""


Response = aiohttp.ClientResponse


class HttpClient:
    """The connections of one owner: opened when they are needed, closed when they are idle."""

    def __init__(self, shared: "_Shared") -> None:
        self._shared = shared
        self._session: aiohttp.ClientSession | None = None
        self._asking = 0

    def of(self, owner: Hashable) -> "HttpClient":
        """The same for the same owner, as long as somebody holds on to it."""
        client = self._shared.clients.get(owner)
        if client is None:
            client = self._shared.clients[owner] = HttpClient(self._shared)
        return client

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        """The response as soon as its head is here; who uses it as a context closes it. A kept
        connection that turns out to be closed gives way to another one. Raises NotReached, Broken,
        EgressRefused, and ValueError for what is no address."""
        target = await self._judged(URL(url))
        session = self._opened()
        self._asking += 1
        try:
            while True:
                try:
                    return await session.request(
                        method, target, headers=headers, data=body, allow_redirects=False
                    )
                except _NoHead as lost:
                    if lost.first == _TLS_ALERT:
                        raise NotReached from SpeaksTls()
                    if lost.first or not lost.was_kept:
                        raise lost.error from lost.__cause__
                except (aiohttp.ClientConnectorError, TimeoutError) as error:
                    raise NotReached from error
                except (aiohttp.ClientConnectionError, OSError) as error:
                    raise Broken(was_answered=False) from error
        finally:
            self._asking -= 1

    async def close_all(self) -> None:
        """Of all owners."""
        for client in list(self._shared.opened):
            await client.close()

    async def close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            self._shared.opened.discard(self)
            await session.close()

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
        await self._shared.policy.addresses(str(address), url.port or 0)
        return url.with_host(str(address))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = _session(self._shared)
            self._shared.opened.add(self)
            self._look_later()
        return self._session

    def _look_later(self) -> None:
        asyncio.get_running_loop().call_later(KEEP_ALIVE_SECONDS, self._let_go_if_idle)

    def _let_go_if_idle(self) -> None:
        if self._session is None:
            return
        connector: Any = self._session.connector
        if self._asking or connector._acquired or connector._conns:
            self._look_later()
            return
        self._session.detach()  # there is nothing to be closed
        self._session = None
        self._shared.opened.discard(self)


@dataclass(frozen=True)
class _Shared:
    """`clients` by owner, as long as they are used or `opened`."""

    policy: EgressPolicy
    tls: ssl.SSLContext
    clients: WeakValueDictionary[Hashable, HttpClient] = field(default_factory=WeakValueDictionary)
    opened: set[HttpClient] = field(default_factory=set)


def new_client(policy: EgressPolicy) -> HttpClient:
    return HttpClient(_Shared(policy, _tls()))


@asynccontextmanager
async def open_client(policy: EgressPolicy) -> AsyncIterator[HttpClient]:
    client = new_client(policy)
    try:
        yield client
    finally:
        await client.close_all()


def _session(shared: _Shared) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        ssl=shared.tls,
        resolver=_JudgingResolver(shared.policy),
        use_dns_cache=False,
        limit=MAX_CONNECTIONS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    factory: Any = partial(_Handler, loop=asyncio.get_running_loop())
    connector._factory = factory
    return aiohttp.ClientSession(
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
    )


def _tls() -> ssl.SSLContext:
    """Trusts whom the system trusts, or who stands in SSL_CERT_FILE and SSL_CERT_DIR."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


async def pieces(response: Response) -> AsyncIterator[bytes]:
    """The body as it comes; small pieces one after the other come together, after a wait that
    grows while they do. Raises Broken."""
    clock = asyncio.get_running_loop().time
    last, wait = 0.0, 0.0
    try:
        async for piece in response.content.iter_any():
            yield piece
            is_quick = len(piece) < SMALL_BYTES and clock() - last < QUICK_SECONDS
            wait = min(max(2 * wait, MIN_WAIT_SECONDS), MAX_WAIT_SECONDS) if is_quick else 0.0
            if wait:
                await _let_gather(response, wait)
            last = clock()
    except (aiohttp.ClientError, OSError) as error:
        raise _broken(error, was_answered=True) from error


async def _let_gather(response: Response, seconds: float) -> None:
    """What comes meanwhile waits in the socket, where it costs nothing."""
    connection = response.connection
    transport: Any = connection.transport if connection else None
    if transport is None or transport.is_closing():
        return
    transport.pause_reading()
    try:
        await asyncio.sleep(seconds)
    finally:
        if not transport.is_closing():
            transport.resume_reading()


def _broken(error: BaseException | None, *, was_answered: bool) -> Broken:
    kind = Flooded if isinstance(error, _Flood) else Broken
    return kind(was_answered=was_answered)


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

    @property
    def error(self) -> Broken:
        return _broken(self.__cause__, was_answered=bool(self.first))


class _Flood(aiohttp.ClientPayloadError):
    pass


class _Handler(ResponseHandler):
    """A connection that knows how often it was asked, how what then came begins, and how much of it
    came. What comes while nothing is asked is nobody's answer."""

    uses = 0
    first = b""
    came = 0

    def set_response_params(self, **params: Any) -> None:
        self.uses += 1
        self.first, self.came, self._payload = b"", 0, None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        if not self.first:
            self.first = data[: len(_TLS_ALERT)]
        elif data and self._payload is not None and self._payload.is_eof():
            self.force_close()  # more than was asked for
        self.came += len(data)
        super().data_received(data)
        if self._is_flooded():
            self._end(_Flood("More came around the body than is taken."))

    def connection_lost(self, exc: BaseException | None) -> None:
        # Else a body that says no length would be whole.
        if exc is not None and self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(aiohttp.ClientPayloadError("The connection was reset."))
        super().connection_lost(exc)

    def is_connected(self) -> bool:
        transport = self.transport
        if transport is None or not super().is_connected() or self.should_close:
            return False
        return not _has_more(transport.get_extra_info("socket").fileno())

    def _is_flooded(self) -> bool:
        payload, body = self._payload, 0
        if payload is not None and payload is not aiohttp.EMPTY_PAYLOAD:
            body = payload.total_compressed_bytes or payload.total_bytes
        return self.came - body > (MAX_FRAMING_BYTES if body else MAX_HEADS_BYTES)

    def _end(self, error: Exception) -> None:
        if self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(error)
        self._buffer.clear()
        self.set_exception(error)
        if self.transport is not None:
            self.transport.abort()


def _has_more(descriptor: int) -> bool:
    """Whether something is here that the loop did not read yet: bytes, or the end."""
    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    return bool(ready.poll(0))


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
