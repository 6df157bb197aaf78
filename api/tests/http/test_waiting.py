"""Whoever keeps a connection waiting loses it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rota.http import body
from rota.http.body import WrongBody, read_json
from rota.http.state import State
from rota.platform.settings import Settings
from tests.http.served import connected, rest, served

HEAD = b"POST / HTTP/1.1\r\nHost: rota\r\nContent-Type: application/json\r\n"


async def _read(request: Request[State]) -> Response:
    try:
        return PlainTextResponse(str(await read_json(request, 100)))
    except WrongBody as error:
        return PlainTextResponse(error.message, error.status)


async def _long(_: Request[State]) -> Response:
    return PlainTextResponse("x" * 50_000_000)


@pytest.fixture
async def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server as Rota's, that is less patient."""
    monkeypatch.setattr("rota.http.connection.HEADERS_SECONDS", 0.3)
    monkeypatch.setattr("rota.http.transports.TAKE_SECONDS", 0.3)
    monkeypatch.setattr(body, "READ_SECONDS", 0.3)
    app = Starlette(routes=[Route("/", _read, methods=["POST"]), Route("/long", _long)])
    async with served(app, Settings(tmp_path)) as port:
        yield port


@pytest.mark.parametrize("said", [b"", b"POST /", HEAD], ids=["nothing", "a word", "headers"])
async def test_X8_a_request_that_does_not_arrive_is_dropped(port: int, said: bytes) -> None:
    assert await rest(await connected(port, said)) == b""


async def test_X8_a_second_request_that_does_not_arrive_is_dropped(port: int) -> None:
    whole = HEAD + b"Content-Length: 1\r\n\r\n1"
    answer = await rest(await connected(port, whole + HEAD))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1


async def test_X8_a_body_that_does_not_arrive_is_answered_with_408(port: int) -> None:
    answer = await rest(await connected(port, HEAD + b"Content-Length: 9\r\n\r\n1"))
    assert answer.startswith(b"HTTP/1.1 408")


async def test_X8_an_answer_that_is_not_taken_is_dropped(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await connected(port, b"GET /long HTTP/1.1\r\nHost: rota\r\n\r\n")
    await asyncio.sleep(1)  # what is tried is that nothing happens meanwhile
    assert len(await rest((reader, writer))) < 50_000_000
    reader, writer = await connected(port, b"GET /long HTTP/1.1\r\nHost: rota\r\n\r\n")
    await reader.readexactly(1)
    writer.write(b"GET / HTTP/1.1\r\nHost: rota\r\n\r\n")  # this is no sign of taking it
    await asyncio.sleep(1)
    assert len(await rest((reader, writer))) < 50_000_000
    monkeypatch.setattr("rota.http.transports.TAKE_SECONDS", 30)
    again = await rest(await connected(port, b"GET /long HTTP/1.0\r\n\r\n"))
    assert len(again) > 50_000_000
