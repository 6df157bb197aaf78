"""One process of `rota up`: the API or a worker."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from signal import SIGINT, SIGKILL, Signals

from rota.cli.log_file import LogFile
from rota.local.process import LAUNCHER

PATIENCE_SECONDS = 8.0
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Rota:
    """`rota COMMAND` with the same Python. `lifeline` is a pipe that closes when we die, for
    systems whose kernel does not tell."""

    command: str
    environment: Mapping[str, str]
    log: LogFile
    lifeline: int

    @asynccontextmanager
    async def start(self) -> AsyncIterator[Process]:
        # The kernel ties the child to this thread: it must be the one that runs the event loop.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(LAUNCHER)),
            *(str(os.getpid()), str(int(SIGKILL)), str(self.lifeline), "keep"),
            # -P: no file of the folder we are in stands in for a module.
            *(sys.executable, "-P", "-m", "rota.cli", self.command),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            env=self.environment,
            pass_fds=(self.lifeline,),
        )
        listening = asyncio.create_task(self._listen(process))
        try:
            yield process
        finally:
            await _stop(process)
            await listening

    async def until_end(self, process: Process) -> str:
        status = await process.wait()
        if status < 0:
            return f"was killed by {Signals(-status).name}"
        return f"ended with status {status} ({self.log.last_line or 'it said nothing'})"

    async def _listen(self, process: Process) -> None:
        if process.stdout is not None:
            while data := await process.stdout.read(CHUNK):
                self.log.write(data)


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(SIGINT)  # SIGTERM would have the API send its clients to another one
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
