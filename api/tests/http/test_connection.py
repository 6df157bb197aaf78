"""X8: what a connection takes before anybody has signed in, and what it answers to more."""

import asyncio
import re
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from rota.http import connection, visitors
from rota.http.connection import MAX_CHUNKS, MAX_HEADERS, MAX_PIPELINED
from rota.http.state import note_signed_in
from rota.http.transports import Transport
from rota.http.visitors import MAX_UNSIGNED
from rota.platform.settings import Settings
from tests.http.served import Stream, connected, rest, served

MUCH = 30_000_000  # more than a system keeps of what nobody reads
HEAD = b"POST / HTTP/1.1\r\nHost: rota\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.1 (\d+)")


class Site:
    """An application that answers once it may."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = 0
        self.was_asked = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route("/{name:path}", self._answer, methods=["GET", "POST"]),
                WebSocketRoute("/graphql", self._socket),
            ]
        )

    async def _answer(self, request: Request) -> Response:
        self.asked += 1
        self.was_asked.set()
        body = b"".join([part async for part in request.stream()])
        await self.may_answer.wait()
        name = request.path_params["name"]
        if name == "signed-in":
            note_signed_in(request.scope)
        told = f"<{name} {len(body)} {request.client and request.client.host}>"
        return PlainTextResponse(told)

    async def _socket(self, websocket: WebSocket) -> None:
        await websocket.accept("graphql-transport-ws")
        async for text in websocket.iter_text():
            if text == "sign in":
                note_signed_in(websocket.scope)
            if text == "much":
                await websocket.send_text("x" * MUCH)
            await websocket.send_text(f"{len(text)}")


@pytest.fixture
async def site() -> Site:
    return Site()


@pytest.fixture
async def port(site: Site, tmp_path: Path) -> AsyncIterator[int]:
    async with served(site.app, Settings(tmp_path)) as port:
        yield port


async def answer(port: int, said: bytes) -> bytes:
    return await rest(await connected(port, said))


def last(path: str) -> bytes:
    """A request whose answer closes the connection."""
    return f"GET /{path} HTTP/1.1\r\nHost: rota\r\nConnection: close\r\n\r\n".encode()


def get(path: str) -> bytes:
    return f"GET /{path} HTTP/1.1\r\nHost: rota\r\n\r\n".encode()


def statuses(said: bytes) -> list[int]:
    return [int(status) for status in STATUS.findall(said)]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (b"x: " + b"y" * 60_000, 200),
        (b"x: " + b"y" * 100_000, 431),
        (b"y" * 100_000 + b": x", 431),
        (b"\r\n".join(b"x%d: %s" % (n, b"y" * 1_000) for n in range(60)), 200),
        (b"\r\n".join(b"x%d: %s" % (n, b"y" * 1_000) for n in range(90)), 431),
        (b"\r\n".join(b"x%d: y" % n for n in range(MAX_HEADERS - 2)), 200),
        (b"\r\n".join(b"x%d: y" % n for n in range(MAX_HEADERS - 1)), 431),
    ],
)
@pytest.mark.parametrize("step", [999, 1_000_000])
async def test_X8_a_head_has_64_KiB_and_100_headers(
    more: bytes, status: int, step: int, port: int
) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: rota\r\nConnection: close\r\n" + more + b"\r\n\r\n"
    stream = await connected(port, b"")
    for at in range(0, len(whole), step):
        stream[1].write(whole[at : at + step])
        await asyncio.sleep(0)
    assert statuses(await rest(stream)) == [status]


async def test_X8_heads_are_counted_one_by_one(port: int) -> None:
    long = b"GET / HTTP/1.1\r\nHost: rota\r\nx: " + b"y" * 40_000 + b"\r\n\r\n"
    stream = await connected(port, b"")
    for _ in range(5):
        stream[1].write(long)
        await stream[0].readuntil(b">")
    stream[1].write(last(""))
    assert statuses(await rest(stream)) == [200]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"2\r\nab\r\n0\r\n\r\n", 200),
        (b"2;x=y\r\nab\r\n0\r\n\r\n", 200),
        (b"2\r\nab\r\n0\r\nx: y\r\n\r\n", 400),
        (b"2\r\nab\r\n0\r\nx: y\r\nz: y\r\n\r\n", 400),
        (b"2\r\nab\r\n0\r\nx: " + b"y" * 90_000, 431),
        (b"2;" + b"x" * 90_000, 431),
        (b"1\r\na\r\n" * MAX_CHUNKS + b"0\r\n\r\n", 413),
        (b"1\r\na\r\n" * (MAX_CHUNKS - 1) + b"0\r\n\r\n", 200),
        (b"x\r\n", 400),
    ],
)
async def test_X8_a_body_has_few_pieces_and_nothing_behind_it(
    body: bytes, status: int, port: int
) -> None:
    head = CHUNKED.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost")
    assert statuses(await answer(port, head + body)) == [status]


async def test_X8_trailers_behind_an_answer_end_the_connection(site: Site, port: int) -> None:
    """They come once the answer was given, so that there is nothing more to tell."""
    stream = await connected(port, HEAD + b"Content-Length: 0\r\n\r\n")
    await stream[0].readuntil(b">")
    stream[1].write(CHUNKED + b"0\r\nx: y\r\n\r\n" + get("never"))
    assert statuses(await rest(stream)) == [400]


@pytest.mark.parametrize("number", [1, 2, MAX_PIPELINED + 1])
async def test_X8_as_many_requests_may_wait_and_are_answered_in_order(
    number: int, port: int
) -> None:
    paths = [f"{n}" for n in range(number - 1)]
    said = await answer(port, b"".join(map(get, paths)) + last("last"))
    assert re.findall(rb"<(\w+)", said) == [path.encode() for path in [*paths, "last"]]


async def test_X8_who_sends_more_at_once_is_answered_those_and_no_others(
    site: Site, port: int
) -> None:
    paths = [f"{n}" for n in range(500)]
    said = await answer(port, b"".join(map(get, paths)))
    assert re.findall(rb"<(\w+)", said) == [b"%d" % n for n in range(MAX_PIPELINED + 1)]
    assert site.asked == MAX_PIPELINED + 1


async def test_X8_nothing_is_read_while_requests_wait(site: Site, port: int) -> None:
    site.may_answer.clear()
    stream = await connected(port, get("a") + get("b"))
    await site.was_asked.wait()
    site.was_asked.clear()
    for n in range(40):
        stream[1].write(get(f"{n}"))
    await answer_of_another(site, port)
    stream[1].write(last("last"))
    site.may_answer.set()
    said = await rest(stream)
    assert re.findall(rb"<(\w+)", said)[:2] == [b"a", b"b"]
    assert set(statuses(said)) == {200}


async def answer_of_another(site: Site, port: int) -> None:
    """Once it is asked, what was sent before on another connection could have been read."""
    stream = await connected(port, get("other"))
    await site.was_asked.wait()
    stream[1].close()


@pytest.mark.parametrize("broken", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"x" * 99_999])
async def test_X8_what_is_refused_is_not_taken_for_the_answer_to_another(
    broken: bytes, site: Site, port: int
) -> None:
    site.may_answer.clear()
    stream = await connected(port, get("a") + broken)
    await site.was_asked.wait()
    site.may_answer.set()
    said = await rest(stream)
    assert statuses(said) == [200]
    assert b"connection: close" in said.lower()


async def test_X8_empty_lines_keep_no_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEADERS_SECONDS", 0.3)
    stream = await connected(port, get("a"))
    await stream[0].readuntil(b">")
    stream[1].write(b"\r\n")
    assert await rest(stream) == b""


async def test_X8_a_connection_that_has_been_answered_is_not_kept_idle(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEADERS_SECONDS", 0.3)
    stream = await connected(port, get("a"))
    await stream[0].readuntil(b">")
    assert await rest(stream) == b""


async def test_X8_so_many_requests_of_a_stranger_are_answered_on_one_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_UNSIGNED_REQUESTS", 3)
    reader, writer = await connected(port, get("signed-in"))
    said = await reader.readuntil(b">")
    for name in ("a", "signed-in", "a", "b"):
        writer.write(get(name))
        said += await reader.readuntil(b">")
    assert b"connection: close" not in said.lower()
    writer.write(get("last"))
    said = await rest((reader, writer))
    assert statuses(said) == [200]
    assert b"connection: close" in said.lower()


async def test_X8_a_closed_connection_waits_for_its_taker_and_not_for_ever() -> None:
    calls: list[str] = []

    class Inner(asyncio.Transport):
        left = 10

        def write(self, data: Any) -> None:
            pass

        def is_closing(self) -> bool:
            return "close" in calls

        def close(self) -> None:
            calls.append("close")

        def abort(self) -> None:
            calls.append("abort")

        def get_write_buffer_size(self) -> int:
            return self.left

    class Loop:
        def call_later(self, seconds: float, act: Any) -> None:
            calls.append(f"later {seconds:.0f}")
            act()

    inner = Inner()
    transport = Transport(inner, Loop())  # type: ignore[arg-type]
    transport.close()
    transport.close()
    assert calls == ["close", "later 60", "abort"]
    calls.clear()
    inner.left = 0
    transport.close()
    assert calls == ["close"]


async def fill(port: int, number: int, said: bytes = b"GET") -> list[Stream]:
    return [await connected(port, said) for _ in range(number)]


async def is_taken(port: int, said: bytes) -> bool:
    return b"<" in await answer(port, said)


async def test_X8_more_than_have_a_place_are_heard_one_after_the_other(
    port: int, site: Site
) -> None:
    """As those of a team behind one address who open Rota at the same time."""
    streams = await fill(port, MAX_UNSIGNED)
    waiting = await fill(port, 50, last("x"))
    signed_in = await fill(port, 50, get("signed-in"))
    for _, writer in streams:
        writer.close()
    for stream in waiting:
        assert b"<x " in await rest(stream)
    for reader, writer in signed_in:
        assert b"<signed-in " in await reader.readuntil(b">")
        writer.close()


async def test_X8_who_waits_for_a_place_sends_little(port: int) -> None:
    streams = await fill(port, MAX_UNSIGNED)
    endless = await connected(port, b"GET / HTTP/1.1\r\nx: " + b"y" * 20_000)
    assert await rest(endless) == b""
    for _, writer in streams:
        writer.close()


async def test_X8_two_hundred_of_an_address_who_have_not_signed_in(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once there is no room to wait, either."""
    monkeypatch.setattr(visitors, "MAX_WAITING", 0)
    streams = await fill(port, MAX_UNSIGNED)
    assert not await is_taken(port, last("x"))
    streams.pop()[1].close()
    streams.append(await until_taken(port, get("signed-in")))
    assert not streams[-1][0].at_eof()
    assert await is_taken(port, last("x"))
    for _, writer in streams:
        writer.close()


async def until_taken(port: int, said: bytes) -> Stream:
    """The server hears of a closed connection in its own time."""
    async with asyncio.timeout(10):
        while True:
            stream = await connected(port, said)
            try:
                await stream[0].readuntil(b">")
            except (asyncio.IncompleteReadError, ConnectionError):
                stream[1].close()
                continue
            return stream


async def test_X8_behind_a_trusted_proxy_each_address_counts_for_itself(
    site: Site, tmp_path: Path
) -> None:
    proxies = (ip_network("127.0.0.0/8"),)

    def forwarded(path: str, address: str) -> bytes:
        return get(path).replace(b"\r\n\r\n", f"\r\nX-Forwarded-For: {address}\r\n\r\n".encode())

    async with served(site.app, Settings(tmp_path, trusted_proxies=proxies)) as port:
        stream = await connected(port, b"")
        for address in ("203.0.113.1", "2001:db8::1"):
            stream[1].write(forwarded("who", f"198.51.100.7, {address}, 127.0.0.9"))
            assert f"who 0 {address}>" in (await stream[0].readuntil(b">")).decode()
        site.may_answer.clear()
        streams = await fill(port, MAX_UNSIGNED, forwarded("a", "203.0.113.1"))
        async with asyncio.timeout(10):
            while site.asked < MAX_UNSIGNED + 2:
                site.was_asked.clear()
                await site.was_asked.wait()
        assert statuses(await answer(port, forwarded("a", "203.0.113.1"))) == [429]
        site.may_answer.set()
        stream[1].write(forwarded("b", "203.0.113.2"))
        assert b"<b 0 203.0.113.2>" in await stream[0].readuntil(b">")
        for reader, writer in streams:
            await reader.readuntil(b">")
            writer.close()
        stream[1].write(forwarded("c", "203.0.113.1"))  # what is answered counts no more
        assert b"<c 0 203.0.113.1>" in await stream[0].readuntil(b">")
        stream[1].close()


async def test_X8_what_anybody_says_of_its_address_is_not_believed(port: int) -> None:
    said = last("who").replace(b"\r\nHost", b"\r\nX-Forwarded-For: 203.0.113.1\r\nHost")
    assert b"<who 0 127.0.0.1>" in await answer(port, said)
