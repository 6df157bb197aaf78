"""An application served as Rota's is, in the test's own process, and bytes to and from it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from rota.http.server import server_config
from rota.platform.settings import Settings

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def] # signals belong to the test runner
        yield


@asynccontextmanager
async def served(app: ASGIApp, settings: Settings) -> AsyncIterator[int]:
    """At which port."""
    config = server_config(app, settings)
    config.loop = "none"
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    yield listener.getsockname()[1]
    server.should_exit = True
    await serving


async def connected(port: int, said: bytes) -> Stream:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    await writer.drain()
    return reader, writer


async def rest(stream: Stream) -> bytes:
    """What it still sends before it is gone, however it goes."""
    reader, writer = stream
    found = bytearray()
    with contextlib.suppress(ConnectionResetError):
        async with asyncio.timeout(20):
            while data := await reader.read(65536):
                found += data
    writer.close()
    return bytes(found)
