"""A Valkey of the test's own, which may be stopped and killed."""

import asyncio
import os
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP

from rota.local.valkey import SOCKET, binary, ready


@dataclass
class OwnValkey:
    url: str
    pid: int

    def hang(self) -> None:
        os.kill(self.pid, SIGSTOP)

    def kill(self) -> None:
        os.kill(self.pid, SIGKILL)

    def go_on(self) -> None:
        os.kill(self.pid, SIGCONT)


@asynccontextmanager
async def own_valkey() -> AsyncIterator[OwnValkey]:
    with tempfile.TemporaryDirectory(prefix="rota-vk-") as folder:
        path = Path(folder) / SOCKET
        options = {"port": "0", "unixsocket": str(path), "dir": folder, "save": ""}
        process = await asyncio.create_subprocess_exec(
            str(binary()),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
            stdin=DEVNULL,
            stdout=DEVNULL,
        )
        try:
            async with asyncio.timeout(30):
                while not await ready(path.parent):  # noqa: ASYNC110 (it gives no signal)
                    await asyncio.sleep(0.02)
            yield OwnValkey(f"unix://{path}?db=0", process.pid)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
