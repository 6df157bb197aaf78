"""What Rota uses of aiohttp beyond what it promises (rota/platform/http_client.py)."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from tests.house.relied import relied as relied_on
from tests.platform.peer import OK, End, Line, peer

relied = partial(relied_on, "aiohttp", where="rota/platform/http_client.py", page="0035")


class Seen(ResponseHandler):
    """Overrides what ours does, and notes what it is asked."""

    made: list["Seen"]

    def __init__(self, loop: Any) -> None:
        super().__init__(loop)
        self.told: list[str] = []
        self.made.append(self)

    def set_response_params(self, **params: Any) -> None:
        self.told.append("asked")
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        if data:
            self.told.append("heard")
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.told.append("lost")
        super().connection_lost(exc)

    def is_connected(self) -> bool:
        self.told.append("kept?")
        return super().is_connected()


class Names(AbstractResolver):
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        self.asked.append(host)
        raise OSError("unknown")

    async def close(self) -> None:
        pass


class Told(aiohttp.ClientResponse):
    """Notes on whose connection it was awaited, and lets nothing of aiohttp's own come of it."""

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        try:
            return await super().start(connection)
        except aiohttp.ClientError as error:
            raise LookupError(type(connection.protocol).__name__) from error


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    Seen.made = []
    async with aiohttp.TCPConnector(resolver=Names(), use_dns_cache=False) as connector:
        factory: Any = partial(Seen, asyncio.get_running_loop())
        connector._factory = factory
        async with aiohttp.ClientSession(connector=connector, response_class=Told) as session:
            yield session


async def test_connections_are_made_by_the_connectors_factory_and_told_of_each_request(
    session: aiohttp.ClientSession,
) -> None:
    async with peer(Line((OK, OK), end=End.STAY)) as server:
        for _ in range(2):
            async with session.get(server.url) as response:
                await response.read()
        with relied("`_factory` of a connector makes what handles its connections"):
            [handler] = Seen.made
        with relied(
            "a handler is asked `is_connected` before it is used again, `set_response_params` "
            "once a request, and `data_received` for what comes"
        ):
            assert handler.told == ["asked", "heard", "kept?", "asked", "heard"]
        with relied("`_payload` is the body that comes, and a connection with more is closed"):
            assert handler._payload is not None
            assert handler._payload.is_eof()
            assert not handler.should_close
            handler.force_close()
            assert handler.should_close


async def test_a_connector_knows_which_connections_are_used_and_which_are_kept(
    session: aiohttp.ClientSession,
) -> None:
    connector: Any = session.connector
    async with peer(Line((OK,), end=End.STAY)) as server:
        with relied("`_acquired` and `_conns` of a connector are empty once it is idle"):
            assert not connector._acquired
            assert not connector._conns
            async with session.get(server.url) as response:
                assert connector._acquired or connector._conns
                await response.read()
            assert connector._conns
        [handler] = Seen.made
        with relied("a handler's `transport` tells its socket, and its `_buffer` is what waits"):
            assert handler.transport is not None
            assert handler.transport.get_extra_info("socket").fileno() > 0
            assert not handler._buffer


async def test_a_body_counts_what_came_of_it(session: aiohttp.ClientSession) -> None:
    packed = gzip.compress(b"x" * 1_000)
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
    async with peer(Line((head % len(packed) + packed, OK), end=End.STAY)) as server:
        with relied("a body counts its bytes as `total_compressed_bytes`, else `total_bytes`"):
            async with session.get(server.url) as response:
                await response.read()
                content: Any = response.content
                assert content.total_compressed_bytes == len(packed)
            async with session.get(server.url) as response:
                await response.read()
                content = response.content
                assert (content.total_compressed_bytes or content.total_bytes) == 2
        with relied("a response without a body has `EMPTY_PAYLOAD` in its place"):
            assert aiohttp.EMPTY_PAYLOAD.is_eof()


async def test_what_response_class_raises_is_raised_and_keeps_aiohttp_from_asking_again(
    session: aiohttp.ClientSession,
) -> None:
    async with peer(Line()) as server:
        with relied("a response is awaited by `start(connection)`, whose `protocol` is a handler"):
            with pytest.raises(LookupError, match="Seen"):
                await session.get(server.url)
            assert server.requests == [1]
        async with aiohttp.ClientSession() as ordinary:
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await ordinary.get(server.url)
        with relied("aiohttp asks a GET again by itself (else _Response may do less)"):
            assert server.requests == [1, 1, 1]


async def test_a_resolver_is_asked_for_names_and_not_for_what_looks_like_an_address(
    session: aiohttp.ClientSession,
) -> None:
    for host in ("127.0.0.1", "[::1]", "[x:y]", "model.test"):
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://{host}:1/")
    connector: Any = session.connector
    with relied("the resolver is asked for names, and for nothing that has a colon or no letters"):
        assert connector._resolver.asked == ["model.test"]
