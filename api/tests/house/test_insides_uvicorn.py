"""What Rota uses of uvicorn beyond what it promises. Over real connections: test_waiting.py."""

import asyncio
import inspect
import logging
from functools import partial
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from tests.house.relied import relied

HOLDS = partial(relied, "uvicorn", where="http/server.py, connection.py, socket_connection.py")
HEAD = b"POST / HTTP/1.1\r\nHost: rota\r\nContent-Length: 5\r\n\r\n"


class Transport(asyncio.Transport):
    """Takes whatever it is given."""

    def write(self, data: Any) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def pause_reading(self) -> None:
        pass


class Seen(HttpToolsProtocol):
    """Overrides what ours does, and notes what it is asked."""

    def on_message_begin(self) -> None:
        self.seen = ["begin"]
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.seen.append("headers")
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.seen.append(f"answered, more to come: {self.cycle.more_body}")


async def _answer_at_once(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def test_what_is_overridden_of_a_connection() -> None:
    config = uvicorn.Config(_answer_at_once, log_config=None, lifespan="off")
    protocol = Seen(config, ServerState(), {})
    transport = Transport()
    protocol.connection_made(transport)
    protocol.data_received(HEAD)
    await asyncio.wait(protocol.tasks, timeout=5)
    with HOLDS("a connection is told of a request's begin, its headers, and its answer's end"):
        assert protocol.seen == ["begin", "headers", "answered, more to come: True"]
    with HOLDS("a connection has loop and transport"):
        assert protocol.transport is transport
        assert protocol.loop is asyncio.get_running_loop()
    with HOLDS("the transport tells a connection when nobody takes what is written, and its end"):
        for name in ("pause_writing", "resume_writing", "connection_lost"):
            assert name in vars(HttpToolsProtocol)
    protocol.connection_lost(None)


class Counted(HttpToolsProtocol):
    """Refuses out of the parser, and counts pieces of a body."""

    refused: str | None = None
    chunks = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        if name == b"bad":
            raise ValueError
        super().on_header(name, value)

    def on_chunk_header(self) -> None:
        self.chunks += 1

    def send_400_response(self, msg: str) -> None:
        self.refused = msg


async def test_what_is_counted_of_a_request() -> None:
    config = uvicorn.Config(_answer_at_once, log_config=None, lifespan="off")

    def received(data: bytes) -> Counted:
        protocol = Counted(config, ServerState(), {})
        protocol.connection_made(Transport())
        protocol.data_received(data)
        return protocol

    head = HEAD.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked")
    protocol = received(head + b"1\r\na\r\n0\r\n\r\n")
    with HOLDS("the parser tells the protocol of each chunk, and of the last"):
        assert protocol.chunks == 2
    with HOLDS("what a callback raises ends in send_400_response"):
        assert received(b"GET / HTTP/1.1\r\nbad: x\r\ny: z\r\n\r\n").refused
    with HOLDS("trailers are told as headers are"):
        assert received(head + b"0\r\nbad: x\r\ny: z\r\n\r\n").refused
    protocol = received(HEAD + b"12345" + HEAD)
    with HOLDS("a request waits in `pipeline` while another one is answered, and reading pauses"):
        assert len(protocol.pipeline) == 1
        assert protocol.flow.read_paused
    with HOLDS("`cycle` is the newest, and its keep_alive decides whether the connection stays"):
        assert protocol.pipeline[0][0] is protocol.cycle
        assert protocol.cycle.keep_alive
    with HOLDS("whoever wants more to be read says so to `flow`"):
        assert "flow.resume_reading()" in inspect.getsource(type(protocol.cycle))
        assert "flow.resume_reading()" in inspect.getsource(HttpToolsProtocol)
        assert "resume_reading" in vars(FlowControl)
    await asyncio.wait(protocol.tasks, timeout=5)


def test_what_is_overridden_of_a_socket() -> None:
    source = inspect.getsource(WebSocketsSansIOProtocol)
    for name in ("handle_connect", "handle_ping", "handle_pong", "handle_cont"):
        with HOLDS(f"a socket's frames reach {name}"):
            assert f"self.{name}(" in source
    with HOLDS("a ping's pong waits in conn.data_to_send"):
        assert "data_to_send" in inspect.getsource(WebSocketsSansIOProtocol.handle_ping)
    with HOLDS("a broken socket is closed by handle_parser_exception, once conn.fail was called"):
        told = inspect.getsource(WebSocketsSansIOProtocol.handle_parser_exception)
        assert "conn.close_sent" in told
    with HOLDS("fragments are kept in `frames`"):
        assert "self.frames.append" in inspect.getsource(WebSocketsSansIOProtocol.handle_cont)
    with HOLDS("an upgraded connection is given its transport and its head"):
        told = inspect.getsource(HttpToolsProtocol.handle_websocket_upgrade)
        assert "protocol.connection_made(self.transport)" in told


def test_what_is_overridden_of_a_server() -> None:
    server = uvicorn.Server(uvicorn.Config(_answer_at_once, log_config=None))
    with HOLDS("a server knows its connections"):
        assert server.server_state.connections == set()
    with HOLDS("a signal asks handle_exit, which sets should_exit"):
        assert "self.handle_exit" in inspect.getsource(uvicorn.Server.capture_signals)
        assert not server.should_exit
        server.handle_exit(15, None)
        assert server.should_exit
    with HOLDS("a server ends by awaiting shutdown(sockets=…)"):
        assert "self.shutdown(sockets=sockets)" in inspect.getsource(uvicorn.Server)


async def test_what_uvicorn_says_of_a_request_that_is_none(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "filters", [])  # ours may be there
    config = uvicorn.Config(_answer_at_once, log_config=None, lifespan="off")
    protocol = HttpToolsProtocol(config, ServerState(), {})
    protocol.connection_made(Transport())
    with caplog.at_level(logging.WARNING, "uvicorn.error"):
        protocol.data_received(b"nonsense\r\n\r\n")
    with HOLDS("what is no HTTP is logged by uvicorn.error with words that begin with Invalid"):
        [record] = caplog.records
        assert record.name == "uvicorn.error"
        assert record.getMessage().startswith("Invalid ")
    protocol.connection_lost(None)


async def test_a_change_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Seen, "on_headers_complete", HttpToolsProtocol.on_headers_complete)
    with pytest.raises(pytest.fail.Exception, match=r"no longer so that a connection is told"):
        await test_what_is_overridden_of_a_connection()
