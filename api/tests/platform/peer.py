"""A server that says what it is told, byte for byte, and ends connections as it is told."""

import asyncio
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class End(Enum):
    CLOSE = auto()
    RESET = auto()
    STAY = auto()  # until the client goes
    ASKED = auto()  # again: that is answered, and the connection closed


@dataclass(frozen=True)
class Line:
    """One connection: whole answers, then to one more request `last`, and the end. `barrier`: so
    many connections are asked before the first answer goes out. `idles`: the end comes without a
    further request."""

    answers: tuple[bytes, ...] = ()
    last: bytes = b""
    end: End = End.CLOSE
    barrier: asyncio.Barrier | None = None
    idles: bool = False


@dataclass
class Peer:
    """`asked`: the requests of each connection; `ended`: its number, once it has."""

    lines: list[Line]
    port: int = 0
    asked: list[list[bytes]] = field(default_factory=list)
    ended: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)  # those that idle wait for it
    said: asyncio.Event = field(default_factory=asyncio.Event)  # the last of a connection
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def requests(self) -> list[int]:
        """How many came by each connection."""
        return [len(one) for one in self.asked]

    async def heard(self, *requests: int) -> None:
        """Returns once so many came by each connection."""
        async with self._came:
            await self._came.wait_for(lambda: self.requests == list(requests))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.asked)
        line = self.lines[min(number, len(self.lines) - 1)]
        self.asked.append([])
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # the client went first
            await self._play(line, self.asked[number], reader, writer)
        writer.close()
        self.ended.put_nowait(number)

    async def _play(
        self,
        line: Line,
        asked: list[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        for answer in line.answers:
            await self._hear(asked, reader)
            if line.barrier is not None:
                await line.barrier.wait()
            writer.write(answer)
        if not line.idles:
            await self._hear(asked, reader)
        elif line.last:
            await self.go_on.wait()
        writer.write(line.last)
        await writer.drain()
        self.said.set()
        if line.end is End.STAY:
            await reader.read()
        elif line.end is End.ASKED:
            await self._hear(asked, reader)
            writer.write(OK)
        elif line.end is End.RESET:
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _hear(self, asked: list[bytes], reader: asyncio.StreamReader) -> None:
        request = await _request(reader)
        async with self._came:
            asked.append(request)
            self._came.notify_all()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return head + await reader.readexactly(int(length[1]) if length else 0)


@asynccontextmanager
async def peer(*lines: Line, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """The last line is played to all connections that follow."""
    playing = Peer(list(lines))
    server = await asyncio.start_server(playing.serve, "127.0.0.1", 0, ssl=tls, limit=2**24)
    playing.port = server.sockets[0].getsockname()[1]
    async with server:
        yield playing
