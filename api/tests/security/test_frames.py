"""X8: broken frames by the thousand, past every client library, straight onto the wire."""

import asyncio
import json
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.dose import dose, tried
from tests.http.bug import FAILS, a_bug
from tests.http.clients import Socket, open_socket
from tests.http.process import WebProcess
from tests.security import calm
from tests.security.frames import CLOSE, PING, PONG, TEXT, Frames, frame

FRAMES = dose(2_000, 20_000)
ROUND = 10
# What the protocols give as reasons; 1011 is a bug of ours.
CLOSES = {1000, 1001, 1002, 1003, 1007, 1009, 4400, 4401, 4406, 4408, 4409, 4429}
MARK = b"round over"


class Broken(AssertionError):
    pass


@dataclass
class Wire:
    """A socket by hand: it sends any bytes, and reads what a server may send."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seen: list[tuple[int, bytes]] = field(default_factory=list)

    async def send(self, data: bytes) -> int | None:
        """The code it was closed with for that, if it was. Otherwise the mark behind it, a ping,
        is answered; both go in one piece, because a server that closes on unread bytes resets
        the connection, and its reason is lost."""
        self.writer.write(data + frame(PING, MARK))
        async with asyncio.timeout(10):
            while True:
                try:
                    opcode, data = await self.frame()
                except (asyncio.IncompleteReadError, ConnectionError):
                    return 1006
                if opcode == PONG and data == MARK:
                    return None
                self.seen.append((opcode, data))
                if opcode == CLOSE:
                    self.writer.write(frame(CLOSE, data))
                    await self._until_end()
                    return int(struct.unpack("!H", data[:2])[0]) if data else 1005

    async def _until_end(self) -> None:
        """A ping may still be answered, and no message may come."""
        while True:
            try:
                opcode, data = await self.frame()
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            if opcode != PONG:
                raise Broken(f"After the close came {data!r}")

    async def frame(self) -> tuple[int, bytes]:
        first, length = await self.reader.readexactly(2)
        if length == 126:
            [length] = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            [length] = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)


@asynccontextmanager
async def open_wire(web: WebProcess) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    writer.write(
        f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
        "\r\n".encode()
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


def check(seen: list[tuple[int, bytes]], code: int | None) -> None:
    """Only messages of the protocol, each with a calm content, and a close for a reason."""
    for opcode, data in seen:
        if opcode == TEXT:
            message: dict[str, Any] = json.loads(data)
            if message["type"] == "next":
                calm.check(message["payload"], "a frame")
            elif message["type"] == "error":
                calm.check({"errors": message["payload"]}, "a frame")
            elif message["type"] not in ("connection_ack", "pong", "complete"):
                raise Broken(f"It said {message}")
        elif opcode not in (CLOSE, PONG):
            raise Broken(f"A frame of kind {opcode}: {data!r}")
    if code is not None and code not in CLOSES:
        raise Broken(f"It was closed with {code}.")


@pytest.fixture
async def bystander(web: WebProcess, secret: str) -> AsyncIterator[Socket]:
    async with open_socket(web) as socket:
        await socket.sign_in(secret)
        yield socket


async def test_X8_broken_frames_close_their_own_socket_for_a_reason_and_nothing_else(
    web: WebProcess, bystander: Socket, secret: str
) -> None:
    frames, logged = Frames(1, secret), len(web.log.read_text())
    closes: Counter[int | None] = Counter()
    signing_in = frame(
        TEXT,
        json.dumps(
            {"type": "connection_init", "payload": {"authorization": f"Bearer {secret}"}}
        ).encode(),
    )
    sent = 0
    while sent < FRAMES:
        async with open_wire(web) as wire:
            if sent % 3:
                assert await wire.send(signing_in) is None
            code, data = None, b""
            for _ in range(ROUND):
                data = frames.next()
                code = await wire.send(data)
                sent += 1
                if code is not None:
                    break
            is_ours = data[0] & 0x0F == CLOSE  # and so is the code
            check(wire.seen, None if is_ours else code)
            closes[code] += 1
    tried["broken frames"] += sent
    assert {4400, 4401, 1002, 1007, 1009} <= set(closes), closes
    await bystander.send({"type": "ping"})
    assert await bystander.next() == {"type": "pong"}
    log = web.log.read_text()[logged:]
    assert "Traceback" not in log, log[-3_000:]


async def test_X8_an_answer_to_a_socket_that_broke_meanwhile_is_no_error_of_ours(
    web: WebProcess, bystander: Socket
) -> None:
    logged = len(web.log.read_text())
    async with open_wire(web) as wire:
        good, broken = frame(TEXT, b'{"type":"ping"}'), frame(TEXT, b"\xff")
        wire.writer.write(good + broken)
        assert await wire.frame() == (CLOSE, struct.pack("!H", 1007))
    await bystander.send({"type": "ping"})
    assert await bystander.next() == {"type": "pong"}
    assert "Traceback" not in web.log.read_text()[logged:]


async def test_X8_a_bug_behind_a_socket_would_be_found(web: WebProcess, bystander: Socket) -> None:
    async with a_bug():
        await bystander.subscribe("1", FAILS)
        message = json.dumps(await bystander.next()).encode()
    with pytest.raises(calm.NotCalm, match="INTERNAL"):
        check([(TEXT, message)], None)
    for code in (1006, 1011):
        with pytest.raises(Broken, match=str(code)):
            check([], code)
    with pytest.raises(Broken, match="It said"):
        check([(TEXT, b'{"type":"subscribe"}')], None)
