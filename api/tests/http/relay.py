"""A unix socket in front of a real store, which can be cut and mended: the store seems away."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Relay:
    def __init__(self, target: Path, path: Path) -> None:
        self.path = path
        self._target = target
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

    def hang(self) -> None:
        """Takes every connection and every byte, and lets none through."""
        self._flowing.clear()

    async def mend(self) -> None:
        self._flowing.set()
        if self._server:
            return
        self._server = await asyncio.start_unix_server(self._carry, self.path)

    async def cut(self) -> None:
        """Refuses what knocks, and drops what is connected."""
        if self._server:
            self._server.close()
            self._server = None
        self.path.unlink(missing_ok=True)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        ways = [
            asyncio.create_task(self._pour(reader, far_writer)),
            asyncio.create_task(self._pour(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            pass  # a stream's own callback would report it
        finally:
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
            writer.transport.abort()
            far_writer.transport.abort()

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()


@asynccontextmanager
async def relay(target: Path) -> AsyncIterator[Relay]:
    """Named like its target, as PostgreSQL's clients want it."""
    with tempfile.TemporaryDirectory(prefix="rota-r-") as folder:
        relay = Relay(target, Path(folder) / target.name)
        await relay.mend()
        try:
            yield relay
        finally:
            await relay.cut()


def postgres_socket(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"


def redis_socket(url: str) -> Path:
    return Path(urlsplit(url).path)
