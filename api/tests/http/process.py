"""Starts and ends web processes for tests; Tortoise allows one application to a process."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rota.platform.settings import Settings

CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class WebProcess:
    port: int
    process: Process
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    async def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 10)


@asynccontextmanager
async def web_process(
    settings: Settings, folder: Path, *script: str, **more: str
) -> AsyncIterator[WebProcess]:
    """`script`: another one than the usual child, and its arguments."""
    port = free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROTA_")},
        "ROTA_PORT": str(port),
        "ROTA_DATA_DIR": str(settings.data_dir),
        "ROTA_LOG_LEVEL": "DEBUG",
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "ENCRYPTION_KEY": ",".join(settings.encryption_keys),
        "PYTHONPATH": str(CHILD.parents[2]),
        **more,
    }
    log = folder / f"web-{port}.log"
    with log.open("wb") as target:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "error", *(script or [str(CHILD)])),
            stdout=PIPE,
            stderr=target,
            env=environ,
        )
    try:
        assert process.stdout is not None
        ready = await asyncio.wait_for(process.stdout.readline(), 30)
        assert ready == b"ready\n", log.read_text()
        yield WebProcess(port, process, log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def cpu_seconds(pid: int | None) -> float:
    """What a process took of the processor up to now, however busy the machine is."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
