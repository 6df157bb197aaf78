"""One child process of Rota: started by the launcher, so that it ends with us, and stopped for
good."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, Signals

from rota.local.errors import EngineFailedError
from rota.local.log_file import Log

LAUNCHER = Path(__file__).with_name("launcher.py")
KILL_SECONDS = 5.0
# For the rest of the output of what has ended; somebody else may hold the other end.
REST_SECONDS = 2.0
POLL_SECONDS = 0.01
PLAIN_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}

Input = bytes | asyncio.Future[bytes]


def launched(
    program: Sequence[str], death_signal: Signals, lifeline: int = -1, identity: str = "keep"
) -> tuple[str, ...]:
    """The words that start a program by way of launcher.py, which tells what they mean."""
    launcher = (sys.executable, "-I", "-S", str(LAUNCHER))
    return (*launcher, str(os.getpid()), str(int(death_signal)), str(lifeline), identity, *program)


@dataclass
class ChildProcess:
    """It may be started again once it was stopped."""

    name: str
    program: Sequence[str]
    log: Log
    stop_signals: Sequence[tuple[Signals, float]]
    """Sent in this order at a stop, each with the seconds it is given; then comes SIGKILL."""
    death_signal: Signals
    """What it gets where we end without stopping it."""
    environment: Mapping[str, str] = field(default_factory=lambda: PLAIN_ENVIRONMENT)
    held: Sequence[int] = ()
    """Descriptors that stay open as long as it lives, such as a lock's."""
    own_session: bool = True
    """A Ctrl-C in our terminal does not reach it."""
    identity: str = "keep"
    advice: str = ""
    _process: Process | None = field(default=None, init=False)
    _following: "asyncio.Task[None] | None" = field(default=None, init=False)
    _telling: "asyncio.Task[None] | None" = field(default=None, init=False)
    # A pipe that closes when we die, for systems whose kernel does not tell.
    _lifeline: int = field(default=-1, init=False)

    @property
    def pid(self) -> int:
        return self._running.pid

    @asynccontextmanager
    async def running(self, stdin: Input | None = None) -> AsyncIterator["ChildProcess"]:
        try:
            await self.start(stdin)
            yield self
        finally:
            await self.stop()

    async def start(self, stdin: Input | None = None) -> None:
        """A future `stdin` is what it will be told; its input ends with that, or with us."""
        watched, self._lifeline = os.pipe()
        # The kernel ties the child to this thread: it must be the one that runs the event loop.
        try:
            with self.log.open() as output:
                self._process = await asyncio.create_subprocess_exec(
                    *launched(self.program, self.death_signal, watched, self.identity),
                    stdin=DEVNULL if stdin is None else PIPE,
                    stdout=output,
                    stderr=STDOUT,
                    env=self.environment,
                    pass_fds=(*self.held, watched),
                    start_new_session=self.own_session,
                )
        finally:
            os.close(watched)
        self._following = asyncio.create_task(self.log.follow(self._process.stdout))
        if stdin is not None and self._process.stdin is not None:
            self._telling = asyncio.create_task(_tell(self._process.stdin, stdin))

    async def until(self, ready: Callable[[], Awaitable[bool]], timeout: float) -> None:
        """Raises EngineFailedError if it ends, or is not ready after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while not await ready():
                    if self._running.returncode is not None:
                        raise self.failure("stopped while starting")
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise self.failure(f"was not ready within {timeout:.0f} seconds") from None

    async def finish(self, timeout: float) -> None:
        """For a program that ends by itself; raises EngineFailedError if it does not do so well."""
        try:
            async with asyncio.timeout(timeout):
                status = await self.wait()
        except TimeoutError:
            raise self.failure(f"did not finish within {timeout:.0f} seconds") from None
        if status:
            raise self.failure(f"failed with status {status}")

    async def wait(self) -> int:
        """Its status; the number of a signal that ended it is negative."""
        return await self._running.wait()

    async def until_end(self) -> str:
        """How it ended: the rest of a sentence that begins with its name."""
        status = await self.wait()
        await self._hear_the_rest()
        if status < 0:
            return f"was killed by {Signals(-status).name}"
        return f"ended with status {status} ({self.log.tail() or 'it said nothing'})"

    async def stop(self) -> None:
        for signal, seconds in (*self.stop_signals, (SIGKILL, KILL_SECONDS)):
            if self._process is None or self._process.returncode is not None:
                break
            # Not send_signal: it collects a child that has just died, which asyncio then misses.
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal)
            try:
                async with asyncio.timeout(seconds):
                    await self._process.wait()
            except TimeoutError:
                continue
        if self._telling:
            self._telling.cancel()
        if self._lifeline >= 0:
            os.close(self._lifeline)
        await self._hear_the_rest()
        self._process, self._following, self._telling, self._lifeline = None, None, None, -1

    async def _hear_the_rest(self) -> None:
        if self._following:
            seconds = REST_SECONDS if self._process and self._process.stdout else 0
            await asyncio.wait([self._following], timeout=seconds)
            self._following.cancel()
            await asyncio.wait([self._following])

    def failure(self, what: str) -> EngineFailedError:
        return EngineFailedError(f"{self.name} {what}", self.log.path, self.log.tail(), self.advice)

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running")
        return self._process


async def _tell(child: asyncio.StreamWriter, words: Input) -> None:
    """It may have ended meanwhile."""
    child.write(words if isinstance(words, bytes) else await asyncio.shield(words))
    child.close()
