"""A whole `rota up`, and a wire tap between it and its clients."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from rota.local.embedded import running_engines
from tests.cli.conftest import short_folder
from tests.cli.process import Up, processes_of, rota, up
from tests.http.process import free_port
from tests.scenarios.client import Client

# So that there are addresses of this machine which may not be called.
VENDORS = "127.0.0.1"


@dataclass
class Tap:
    """Everything that the server sent, over HTTP and on sockets."""

    heard: bytearray = field(default_factory=bytearray)

    @asynccontextmanager
    async def between(self, port: int, target: int) -> AsyncIterator[None]:
        tasks: set[asyncio.Task[None]] = set()

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
            with suppress(asyncio.CancelledError):
                await asyncio.gather(
                    _pour(reader, far_writer, None), _pour(far_reader, writer, self.heard)
                )
            for end in (writer, far_writer):
                end.transport.abort()

        server = await asyncio.start_server(carry, "127.0.0.1", port)
        try:
            yield
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)


async def _pour(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray | None
) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            if heard is not None:
                heard += data
            writer.write(data)
            await writer.drain()
    writer.close()


@dataclass
class Monitor:
    """Every command that Redis is given."""

    heard: bytearray = field(default_factory=bytearray)

    @asynccontextmanager
    async def on(self, url: str) -> AsyncIterator[Redis]:
        redis = Redis.from_url(url)
        listening = asyncio.Event()

        async def listen() -> None:
            async with redis.monitor() as monitor:
                listening.set()
                async for command in monitor.listen():
                    self.heard += command["command"].encode() + b"\n"

        task = asyncio.create_task(listen())
        try:
            await listening.wait()
            yield redis
        finally:
            task.cancel()
            await asyncio.wait([task])
            await redis.aclose()


@dataclass
class Stack:
    running: Up
    client: Client
    tap: Tap
    monitor: Monitor
    redis: Redis
    database_url: str

    def workers(self) -> list[int]:
        processes = processes_of(self.running.data_dir).items()
        return [
            pid for pid, command in processes if command.strip().endswith("rota.cli.child worker")
        ]

    async def until(self, document: str, path: str, value: Any, **variables: Any) -> Any:
        """Polls, because what a client could be told by may be what is lost."""
        async with asyncio.timeout(40):
            while True:
                found = answer = await self.client.ask(document, **variables)
                for name in path.split("."):
                    found = found and found[name]
                if found == value:
                    return answer
                await asyncio.sleep(0.05)


@asynccontextmanager
async def stack() -> AsyncIterator[Stack]:
    port, tapped = free_port(), free_port()
    environ = {
        "ROTA_ALLOWED_HOSTS": f"127.0.0.1:{tapped}",
        "ROTA_EGRESS": "allowlist",
        "ROTA_EGRESS_ALLOW": VENDORS,
        "ROTA_LOG_LEVEL": "DEBUG",
    }
    tap, monitor = Tap(), Monitor()
    with short_folder() as folder:
        data_dir = folder / "data"
        async with (
            up(data_dir, port, "--no-local-model", "--no-sample", **environ) as running,
            tap.between(tapped, port),
        ):
            await running.until("Ctrl-C")
            engines = running_engines(data_dir)
            assert engines is not None
            name = secrets.token_hex(4)
            create = ("token", "create", "--name", name, "--role", "owner")
            made = await rota(*create, "--data-dir", data_dir)
            client = Client(f"http://127.0.0.1:{tapped}", made.out.strip())
            async with monitor.on(engines.redis_url) as redis:
                yield Stack(running, client, tap, monitor, redis, engines.database_url)
            await client.close()
            assert await running.end() == 0
