"""`rota serve` and `rota worker` as processes that can be killed, paused and started again."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM

import httpx

from rota.local.process import LAUNCHER

API = Path(__file__).parents[2]
READY_SECONDS = 60
# What a process says that is started while the database is away; its supervisor tries again.
TOO_EARLY = "The database cannot be reached."


@dataclass
class Program:
    """`launch`: what is planted in the process, or taken out of it (see launch.py). One that ends
    unasked is noted in `exits`."""

    command: str
    environment: Mapping[str, str]
    log: Path
    url: str = ""
    launch: Sequence[str] = ()
    exits: list[str] = field(default_factory=list)
    # Held by whoever needs it to react to signals, or not to.
    busy: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _process: Process | None = field(default=None, init=False)
    _supervisor: "asyncio.Task[None] | None" = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        """None while it is not there."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def start(self) -> None:
        await self._spawn()
        self._supervisor = asyncio.create_task(self._supervise())

    async def _spawn(self) -> None:
        module = ("tests.faults.launch", *self.launch) if self.launch else ("rota.cli",)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                # The launcher lets it die with us.
                *(sys.executable, "-I", "-S", str(LAUNCHER)),
                *(str(os.getpid()), str(int(SIGKILL)), "-1", "keep"),
                *(sys.executable, "-m", *module, self.command),
                cwd=API,
                env=self.environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def ready(self) -> None:
        """Polls, because readiness has no other sign that a client could see."""
        async with (
            httpx.AsyncClient(trust_env=False, timeout=5) as http,
            asyncio.timeout(READY_SECONDS),
        ):
            while True:
                try:
                    if (await http.get(f"{self.url}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        await self._end(SIGKILL)

    async def terminate(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._end(SIGTERM)
        except TimeoutError:
            self.exits.append(f"{self.command} did not end within {seconds:g} s; see {self.log}")
            await self.kill()

    async def stop(self) -> None:
        """At the very end, whatever state it is in."""
        await self._end(SIGKILL)

    def pause(self) -> None:
        self._signal(SIGSTOP)

    def resume(self) -> None:
        self._signal(SIGCONT)

    async def _end(self, signal: int) -> None:
        if self._supervisor:
            self._supervisor.cancel()
            await asyncio.wait([self._supervisor])
        if self._process and self.pid:
            self._signal(signal)
            await self._process.wait()

    async def _supervise(self) -> None:
        while self._process:
            begun = time.monotonic()
            status = await self._process.wait()
            last = (self.log.read_text().splitlines() or [""])[-1]
            if TOO_EARLY not in last or time.monotonic() - begun > READY_SECONDS:
                self.exits.append(f"{self.command} ended by itself with status {status}: {last}")
            await asyncio.sleep(0.5)
            await self._spawn()

    def _signal(self, signal: int) -> None:
        # Not send_signal: it collects a child that just died, which asyncio then misses.
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal)
