"""Whose a connection is, and what comes on it in odd ways: unasked, without end, byte by byte."""

import asyncio
import socket
from typing import Any

import pytest

from rota.platform import http_client
from rota.platform.http_client import Broken, Flooded, HttpClient, pieces
from tests.platform.peer import OK, End, Line, peer
from tests.platform.test_http_client import BODY, client, fetch

__all__ = ["client"]


async def test_what_comes_at_the_moment_of_the_next_request_is_not_its_answer(
    client: HttpClient,
) -> None:
    """It is in the socket, and the loop has not read it."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"

        async def answer() -> socket.socket:
            peer, _ = await loop.sock_accept(server)
            await loop.sock_recv(peer, 65_536)
            await loop.sock_sendall(peer, OK)
            return peer

        answers = [asyncio.create_task(answer()) for _ in range(2)]
        assert await fetch(client, url) == (200, b"{}")
        [first] = [task.result() for task in answers if task.done()]
        first.send(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")
        assert await fetch(client, url) == (200, b"{}")
        for task in answers:
            (await task).close()


async def test_nobody_uses_the_connections_of_another_owner(client: HttpClient) -> None:
    one, other = client.of("one"), client.of("other")
    assert client.of("one") is one
    async with peer(Line((OK,) * 9, end=End.STAY)) as server:
        for owner in (one, other, one, client, client.of("other")):
            assert await fetch(owner, server.url) == (200, b"{}")
    assert server.requests == [2, 2, 1]


async def test_owners_share_whom_they_trust(client: HttpClient) -> None:
    """To read all authorities anew costs as much as a run."""
    one, other = client.of("one"), client.of("other")
    async with peer(Line((OK,) * 2, end=End.STAY)) as server:
        for owner in (one, other):
            await fetch(owner, server.url)
        sessions: list[Any] = [one._session, other._session]
        assert sessions[0] is not sessions[1]
        assert sessions[0].connector._ssl is sessions[1].connector._ssl is client._shared.tls


async def test_what_is_idle_is_closed_and_opened_again(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "KEEP_ALIVE_SECONDS", 0.02)
    owner = client.of("one")
    async with peer(Line((OK,), end=End.STAY)) as server:
        for number in range(2):
            async with await owner.send("POST", server.url, {}, BODY) as response:
                owner._let_go_if_idle()
                assert b"".join([piece async for piece in pieces(response)]) == b"{}"
            assert owner._session is not None
            assert await server.ended.get() == number
            owner._let_go_if_idle()
            assert owner._session is None
    assert server.requests == [1, 1]


async def test_small_pieces_that_come_quickly_gather_and_none_is_lost(client: HttpClient) -> None:
    sent = bytes(range(256)) * 20
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        async def answer() -> None:
            peer, _ = await loop.sock_accept(server)
            with peer:
                await loop.sock_recv(peer, 65_536)
                await loop.sock_sendall(peer, b"HTTP/1.1 200 OK\r\n\r\n")
                for at in range(len(sent)):
                    await loop.sock_sendall(peer, sent[at : at + 1])
                    await asyncio.sleep(0)

        answering = asyncio.create_task(answer())
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        async with await client.send("POST", url, {}, BODY) as response:
            heard = [piece async for piece in pieces(response)]
        await answering
    assert b"".join(heard) == sent
    assert len(heard) < len(sent) / 4


FLOODS = [
    (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
    (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"1;x=yyyyyyyyyyyyy\r\nx\r\n"),
]


@pytest.mark.parametrize(("begins", "goes_on"), FLOODS)
async def test_what_is_no_body_and_does_not_end_is_cut_off(
    client: HttpClient, begins: bytes, goes_on: bytes
) -> None:
    sent = begins + goes_on * (9_000_000 // len(goes_on))
    async with peer(Line(last=sent, end=End.STAY)) as server:
        with pytest.raises(Broken) as caught:
            await fetch(client, server.url)
    assert isinstance(caught.value, Flooded) or b"x: y" in goes_on  # headers have a limit before
