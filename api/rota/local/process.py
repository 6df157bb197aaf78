"""One child process of Rota: started by the launcher, with its own log, stopped for good."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, Signals

from .errors import EngineFailedError

LAUNCHER = Path(__file__).with_name("launcher.py")
LONGEST_LOG = 5_000_000
TAIL_LINES = 12


@dataclass
class ChildProcess:
    name: str
    program: Sequence[str]
    log: Path
    stop_signals: Sequence[tuple[Signals, float]]
    """Sent in this order at a stop, each with the seconds it is given; then comes SIGKILL."""
    lock: int
    identity: str = "keep"
    advice: str = ""
    _process: Process | None = field(default=None, init=False)
    _watch: int = field(default=-1, init=False)
    _log_start: int = field(default=0, init=False)

    @property
    def pid(self) -> int:
        return self._running.pid

    async def start(self, stdin: bytes | None = None) -> None:
        output = self._open_log()
        watched, self._watch = os.pipe()
        death_signal = self.stop_signals[0][0]
        # The kernel ties the child to this thread: it must be the one that runs the event loop.
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(LAUNCHER)),
                *(str(os.getpid()), str(int(death_signal)), str(watched), self.identity),
                *self.program,
                stdin=DEVNULL if stdin is None else asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={"LC_ALL": "C", "TZ": "UTC"},
                pass_fds=(self.lock, watched),
                start_new_session=True,
            )
        finally:
            os.close(output)
            os.close(watched)
        if stdin is not None and self._process.stdin is not None:
            self._process.stdin.write(stdin)
            self._process.stdin.close()

    async def until(self, ready: Callable[[], Awaitable[bool]], timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                while not await ready():
                    if self._running.returncode is not None:
                        raise self.failure("stopped while starting")
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise self.failure(f"was not ready within {timeout:.0f} seconds") from None

    async def finish(self, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                status = await self._running.wait()
        except TimeoutError:
            raise self.failure(f"did not finish within {timeout:.0f} seconds") from None
        if status:
            raise self.failure(f"failed with status {status}")

    async def stop(self) -> None:
        for signal, seconds in (*self.stop_signals, (SIGKILL, 5.0)):
            if self._process is None or self._process.returncode is not None:
                break
            self._process.send_signal(signal)
            try:
                async with asyncio.timeout(seconds):
                    await self._process.wait()
            except TimeoutError:
                continue
        if self._watch >= 0:
            os.close(self._watch)
        self._process, self._watch = None, -1

    def failure(self, what: str) -> EngineFailedError:
        with self.log.open(errors="replace") as file:
            file.seek(self._log_start)
            tail = "".join(file.readlines()[-TAIL_LINES:]).rstrip()
        return EngineFailedError(f"{self.name} {what}", self.log, tail, self.advice)

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process

    def _open_log(self) -> int:
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._log_start = os.fstat(handle).st_size
        return handle
