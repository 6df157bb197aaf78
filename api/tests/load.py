"""Busy loops beside a test: other programs that take the machine's time."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from signal import SIGKILL

from rota.local.process import LAUNCHER

BUSY_LOOPS = 8
# It ends by itself, whatever becomes of us.
LOOP = "import time\nend = time.monotonic() + 900\nwhile time.monotonic() < end: pass"


@asynccontextmanager
async def busy_machine(loops: int = BUSY_LOOPS) -> AsyncIterator[None]:
    python = (sys.executable, "-I", "-S")
    # The launcher lets them die with us.
    beside = (*python, str(LAUNCHER), str(os.getpid()), str(int(SIGKILL)), "-1", "keep")
    processes = [
        await asyncio.create_subprocess_exec(*beside, *python, "-c", LOOP, stdin=DEVNULL)
        for _ in range(loops)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        await asyncio.gather(*(process.wait() for process in processes))


def burn(seconds: float) -> None:
    """So much of a processor's time, while the event loop waits."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
