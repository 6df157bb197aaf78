"""What somebody who has not signed in may send without an end."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.http.process import WebProcess
from tests.security.frames import CONTINUATION, PING, PONG, TEXT, frame

UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: @\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
POST = b"POST /session HTTP/1.1\r\nHost: @\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
FRAGMENT = frame(TEXT, b"", final=False)
GET = b"GET /healthz HTTP/1.1\r\nHost: @\r\n\r\n"


@dataclass(frozen=True)
class Flood:
    """`again` may use the number of the round. `is_socket`: `first` follows a handshake."""

    first: bytes
    again: Callable[[int], bytes]
    is_socket: bool = False

    def pieces(self, host: bytes) -> Iterator[bytes]:
        if self.is_socket:
            yield UPGRADE.replace(b"@", host)
        yield self.first.replace(b"@", host)
        for number in itertools.count():
            yield self.again(number).replace(b"@", host)


def _headers(number: int) -> bytes:
    return b"".join(b"x%d: y\r\n" % n for n in range(number * 2_000, (number + 1) * 2_000))


def _signing_in(secret: str) -> bytes:
    payload = {"authorization": f"Bearer {secret}"}
    return frame(TEXT, json.dumps({"type": "connection_init", "payload": payload}).encode())


def _always(data: bytes) -> Callable[[int], bytes]:
    return lambda _: data


FLOODS: dict[str, Flood] = {
    "small headers": Flood(b"GET / HTTP/1.1\r\nHost: @\r\n", _headers),
    "a header's value": Flood(b"GET / HTTP/1.1\r\nHost: @\r\nx: ", _always(b"y" * 60_000)),
    "a header's name": Flood(b"GET / HTTP/1.1\r\nHost: @\r\n", _always(b"y" * 60_000)),
    "a header of many spaces": Flood(b"GET / HTTP/1.1\r\nx:", _always(b" " * 60_000)),
    "an address": Flood(b"GET /", _always(b"y" * 60_000)),
    "a method": Flood(b"", _always(b"GETT" * 15_000)),
    "empty lines": Flood(b"", _always(b"\r\n" * 30_000)),
    "trailers": Flood(CHUNKED + b"0\r\n", _headers),
    "a trailer's value": Flood(CHUNKED + b"0\r\nx: ", _always(b"y" * 60_000)),
    "a chunk's extension": Flood(CHUNKED + b"1;x=", _always(b"y" * 60_000)),
    "the length of a chunk": Flood(CHUNKED, _always(b"0" * 60_000)),
    "small chunks": Flood(CHUNKED, _always(b"1\r\n \r\n" * 10_000)),
    "a head in drops": Flood(b"GET / HTTP/1.1\r\nHost: @\r\nx: ", _always(b"yy")),
    "a body in drops": Flood(POST + b"Content-Length: 999999\r\n\r\n{", _always(b"   ")),
    "a body that nobody asked for": Flood(
        b"GET /healthz HTTP/1.1\r\nHost: @\r\nContent-Length: 9999999999\r\n\r\n",
        _always(b"y" * 60_000),
    ),
    "small chunks that nobody asked for": Flood(
        b"GET /healthz HTTP/1.1\r\nHost: @\r\nTransfer-Encoding: chunked\r\n\r\n",
        _always(b"1\r\n \r\n" * 10_000),
    ),
    "pipelined requests": Flood(b"", _always(GET * 1_000)),
    "requests that are answered": Flood(
        b"", _always(b"\r\n" * 1_000 + POST + b"Content-Length: 2\r\n\r\n{}")
    ),
    "pipelined posts": Flood(b"", _always((POST + b"Content-Length: 2\r\n\r\n{}") * 500)),
    "pings": Flood(b"", _always(frame(PING, b"x" * 125) * 400), True),
    "empty pings": Flood(b"", _always(frame(PING, b"") * 5_000), True),
    "messages": Flood(b"", _always(frame(TEXT, b'{"type":"ping"}') * 2_000), True),
    "a long frame": Flood(
        bytes([0x80 | TEXT, 0xFF]) + (1_000_000).to_bytes(8) + bytes(4),
        _always(b"x" * 60_000),
        True,
    ),
    "a message before signing in": Flood(
        frame(TEXT, b"", final=False), _always(frame(CONTINUATION, b"x" * 999, final=False)), True
    ),
    "empty fragments": Flood(
        FRAGMENT, _always(frame(CONTINUATION, b"", final=False) * 5_000), True
    ),
}
# By those who have signed in.
SIGNED_IN: dict[str, Callable[[str], Flood]] = {
    "pings": lambda secret: Flood(
        _signing_in(secret), _always(frame(PING, b"x" * 125) * 400), True
    ),
    "empty pings": lambda secret: Flood(
        _signing_in(secret), _always(frame(PING, b"") * 5_000), True
    ),
    "pongs": lambda secret: Flood(_signing_in(secret), _always(frame(PONG, b"") * 5_000), True),
    "empty fragments": lambda secret: Flood(
        _signing_in(secret) + FRAGMENT,
        _always(frame(CONTINUATION, b"", final=False) * 5_000),
        True,
    ),
    "fragments of a letter": lambda secret: Flood(
        _signing_in(secret) + FRAGMENT,
        _always(frame(CONTINUATION, b"x", final=False) * 5_000),
        True,
    ),
}


async def pour(web: WebProcess, flood: Flood, most_bytes: int) -> int:
    """Sends it until the other side has had enough, and reads nothing but what a socket opens
    with; returns how many bytes went."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    sent, is_opening = 0, flood.is_socket
    try:
        for piece in flood.pieces(f"127.0.0.1:{web.port}".encode()):
            writer.write(piece)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await writer.drain()
            if writer.transport.get_write_buffer_size() > 1_000_000:
                break  # it reads no more
            sent += len(piece)
            if is_opening:
                await reader.readuntil(b"\r\n\r\n")
                is_opening = False
            if sent >= most_bytes:
                break
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.transport.abort()
    return sent
