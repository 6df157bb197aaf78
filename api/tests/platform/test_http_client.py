"""The client for calls to vendors on connections that do what real ones do."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest

from rota.platform import http_client
from rota.platform.egress import EgressPolicy
from rota.platform.http_client import (
    MAX_HEADER_BYTES,
    Broken,
    HttpClient,
    let_end,
    open_client,
    pieces,
)
from tests.platform.peer import OK, End, Line, Peer, peer

BODY = b'{"model": "small"}'
SECONDS = 10
CUT_OFF = [End.CLOSE, End.RESET]
METHODS = ["GET", "POST"]


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with asyncio.timeout(60), open_client(EgressPolicy()) as client:
        yield client


async def fetch(client: HttpClient, url: str, method: str = "POST") -> tuple[int, bytes]:
    body = BODY if method == "POST" else None
    async with await client.send(method, url, {}, body) as response:
        return response.status, b"".join([piece async for piece in pieces(response)])


# Kept connections ----------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("end", CUT_OFF)
async def test_a_stale_connection_gives_way_to_another(
    client: HttpClient, end: End, method: str
) -> None:
    async with peer(Line((OK,), end=end), Line((OK,), end=End.STAY)) as server:
        for _ in range(2):
            assert await fetch(client, server.url, method) == (200, b"{}")
    assert server.requests == [2, 1]


@pytest.mark.parametrize("end", CUT_OFF)
async def test_so_do_several_of_them(client: HttpClient, end: End) -> None:
    barrier = asyncio.Barrier(5)
    stale = [Line((OK,), end=end, barrier=barrier)] * 5
    async with peer(*stale, Line((OK,), end=End.STAY)) as server:
        await asyncio.gather(*(fetch(client, server.url) for _ in stale))
        assert await fetch(client, server.url) == (200, b"{}")
    assert server.requests == [2] * 5 + [1]


@pytest.mark.parametrize("end", CUT_OFF)
async def test_one_that_was_closed_while_idle_is_not_used(client: HttpClient, end: End) -> None:
    async with peer(Line((OK,), end=end, idles=True), Line((OK,), end=End.STAY)) as server:
        for _ in range(2):
            assert await fetch(client, server.url) == (200, b"{}")
            if server.requests == [1]:
                await server.ended.get()
    assert server.requests == [1, 1]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("end", CUT_OFF)
async def test_a_fresh_one_that_breaks_is_not_repeated(
    client: HttpClient, end: End, method: str
) -> None:
    async with peer(Line(end=end)) as server:
        with pytest.raises(Broken) as caught:
            await fetch(client, server.url, method)
    assert not caught.value.was_answered
    assert server.requests == [1]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("end", CUT_OFF)
@pytest.mark.parametrize(
    "part", [b"H", b"HTTP/1.1 200 OK\r\n", OK[:-4], b"HTTP/1.1 100 Continue\r\n\r\n"]
)
async def test_a_kept_one_that_breaks_amid_a_head_is_not_repeated(
    client: HttpClient, end: End, method: str, part: bytes
) -> None:
    async with peer(Line((OK,), part, end)) as server:
        await fetch(client, server.url, method)
        with pytest.raises(Broken) as caught:
            await fetch(client, server.url, method)
    assert caught.value.was_answered
    assert server.requests == [2]


@pytest.mark.parametrize(
    ("unasked", "is_at_once"),
    [
        (b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n", True),
        (b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nev", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nev", False),
        (b"HTTP/1.1 200 O", False),
        (b"nonsense", False),
    ],
)
async def test_what_comes_unasked_is_nobodys_answer(
    client: HttpClient, unasked: bytes, is_at_once: bool
) -> None:
    at_once, later = (OK + unasked, b"") if is_at_once else (OK, unasked)
    line = Line((at_once,), later, End.STAY, idles=True)
    fine = Line((OK,), end=End.STAY)
    async with peer(line, fine) as server, peer(fine) as other:
        assert await fetch(client, server.url) == (200, b"{}")
        server.go_on.set()
        await server.said.wait()
        await fetch(client, other.url)  # by its end what was said is here
        assert await fetch(client, server.url) == (200, b"{}")
    assert server.requests == [1, 1]


# Responses that break off --------------------------------------------------------------

CHUNKS = b"5\r\nhello\r\n6;x=y\r\n there\r\n0\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + CHUNKS
COUNTED = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello there"
TO_THE_END = b"HTTP/1.1 200 OK\r\n\r\nhello there"


@pytest.mark.parametrize("end", CUT_OFF)
@pytest.mark.parametrize("whole", [CHUNKED, COUNTED], ids=["chunked", "counted"])
async def test_a_response_cut_anywhere_is_broken_and_never_a_shorter_one(
    client: HttpClient, whole: bytes, end: End
) -> None:
    async with peer(*(Line(last=whole[:at], end=end) for at in range(len(whole)))) as server:
        for at in range(len(whole)):
            with pytest.raises(Broken) as caught:
                await fetch(client, server.url)
            assert caught.value.was_answered is (at > 0), at
    async with peer(Line(last=whole, end=end)) as server:
        assert await fetch(client, server.url) == (200, b"hello there")


async def test_one_that_ends_with_its_connection_is_whole_unless_that_is_reset(
    client: HttpClient,
) -> None:
    async with peer(Line(last=TO_THE_END), Line(last=TO_THE_END, end=End.RESET)) as server:
        assert await fetch(client, server.url) == (200, b"hello there")
        with pytest.raises(Broken):
            await fetch(client, server.url)
    assert server.requests == [1, 1]


@pytest.mark.parametrize(
    "body", [b"zz\r\nhello\r\n0\r\n\r\n", b"5\r\nhello, and more\r\n0\r\n\r\n", b"-1\r\n\r\n"]
)
async def test_chunks_that_are_none_are_broken(client: HttpClient, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    async with peer(Line(last=head + body, end=End.STAY)) as server:
        with pytest.raises(Broken) as caught:
            await fetch(client, server.url)
    assert caught.value.was_answered


# Heads ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "whole",
    [
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.0 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n{}",
    ],
)
async def test_a_connection_that_is_not_to_be_kept_is_not(client: HttpClient, whole: bytes) -> None:
    async with peer(Line((whole,), end=End.CLOSE, idles=True)) as server:
        for _ in range(2):
            assert await fetch(client, server.url) == (200, b"{}")
    assert server.requests == [1, 1]


@pytest.mark.parametrize(
    "before",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n" * 20,
        b"HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n",
    ],
)
async def test_what_comes_before_a_response_is_passed_over(
    client: HttpClient, before: bytes
) -> None:
    async with peer(Line((before + OK, OK), end=End.STAY)) as server:
        for _ in range(2):
            assert await fetch(client, server.url) == (200, b"{}")
    assert server.requests == [2]


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        (b"x-long: " + b"x" * (MAX_HEADER_BYTES - 1_000) + b"\r\n", True),
        (b"x-long: " + b"x" * (MAX_HEADER_BYTES + 1_000) + b"\r\n", False),
        (b"".join(b"x-%d: y\r\n" % at for at in range(100)), True),
        (b"".join(b"x-%d: y\r\n" % at for at in range(10_000)), False),
        (b"x-bytes: \xff\xfe\xe4\r\n", True),
        (b"content-length: 3\r\n", False),
        (b"transfer-encoding: chunked\r\n", False),
        (b"no header at all\r\n", False),
        (b"x-nul: \0\r\n", False),
    ],
)
async def test_headers_are_taken_within_reason(
    client: HttpClient, headers: bytes, is_taken: bool
) -> None:
    whole = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n" + headers + b"\r\n{}"
    async with peer(Line(last=whole, end=End.STAY)) as server:
        if is_taken:
            assert await fetch(client, server.url) == (200, b"{}")
            return
        with pytest.raises(Broken) as caught:
            await fetch(client, server.url)
    assert caught.value.was_answered


@pytest.mark.parametrize(
    "nonsense", [b"\x00\xff 220 mail\r\n", b"SSH-2.0-x\r\n", b"HTTP/9.9 abc\r\n\r\n", b"{}\n" * 9]
)
async def test_what_is_no_http_is_broken(client: HttpClient, nonsense: bytes) -> None:
    async with peer(Line(last=nonsense, end=End.STAY)) as server:
        with pytest.raises(Broken) as caught:
            await fetch(client, server.url)
    assert caught.value.was_answered


async def test_bodies_packed_without_being_asked_for_are_unpacked(client: HttpClient) -> None:
    packed = gzip.compress(b"hello there")
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
    whole = head % len(packed) + packed
    broken = head % 6 + b"\x1f\x8b?no!"
    async with peer(Line((whole,), broken, End.STAY)) as server:
        assert await fetch(client, server.url) == (200, b"hello there")
        with pytest.raises(Broken):
            await fetch(client, server.url)
    assert b"accept-encoding: identity\r\n" in server.asked[0][0].lower()


# Leaving -------------------------------------------------------------------------------


async def test_a_response_without_end_that_is_left_closes_its_connection(
    client: HttpClient,
) -> None:
    endless = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
    async with peer(Line(last=endless, end=End.STAY), Line((OK,), end=End.STAY)) as server:
        async with await client.send("POST", server.url, {}, BODY) as response:
            async for piece in pieces(response):
                assert piece == b"hello"
                break
        assert await server.ended.get() == 0
        assert await fetch(client, server.url) == (200, b"{}")
    assert server.requests == [1, 1]


async def leave_early(client: HttpClient, server: Peer) -> None:
    """What a stream's reader does that heard all it needs before the last bytes came."""
    async with await client.send("POST", server.url, {}, BODY) as response:
        async for _ in pieces(response):
            server.go_on.set()
            await let_end(response)
            break


async def test_one_whose_end_is_near_keeps_its_connection(client: HttpClient) -> None:
    begun = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
    line = Line((begun,), b"0\r\n\r\n", End.ASKED, idles=True)
    async with peer(line) as server:
        await leave_early(client, server)
        assert await fetch(client, server.url) == (200, b"{}")
    assert server.requests == [2]


@pytest.mark.parametrize("goes_on", [b"", b"5\r\nhello\r\n", b"nonsense"])
async def test_one_that_goes_on_is_left(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, goes_on: bytes
) -> None:
    monkeypatch.setattr(http_client, "END_SECONDS", 0.01)
    begun = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"
    line = Line((begun,), goes_on, End.STAY, idles=True)
    async with peer(line) as server:
        await leave_early(client, server)
        assert await server.ended.get() == 0


async def test_a_request_that_is_cancelled_closes_its_connection(client: HttpClient) -> None:
    async with peer(Line((OK,), end=End.STAY), Line((OK,), end=End.STAY)) as server:
        await fetch(client, server.url)
        asking = asyncio.ensure_future(fetch(client, server.url))
        await server.heard(2)
        asking.cancel()
        assert await server.ended.get() == 0
        assert await fetch(client, server.url) == (200, b"{}")
    assert server.requests == [2, 1]
