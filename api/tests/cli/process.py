"""Runs `rota` as people do: a process, its output, its exit status. What stays is started as they
start it; what ends soon, in a process that has its code already."""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.child import call
from tests.local.conftest import eventually
from tests.starts import STARTS

ROTA = (sys.executable, "-P", "-m", "rota.cli")


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def problem(self) -> str:
        """What it complained about: exactly one line."""
        [line] = self.err.splitlines()
        return line


def environment(**more: str) -> dict[str, str]:
    """This machine's, without what would reach another Rota or a browser."""
    foreign = ("ROTA_", "DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEY", "DISPLAY", "WAYLAND")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, **more}


async def each(commands: Iterable[Sequence[str]], **environ: str) -> dict[str, Done]:
    """What came of them, a few at a time."""
    few = asyncio.Semaphore(3)

    async def one(command: Sequence[str]) -> Done:
        async with few:
            return await rota(*command, **environ)

    done = await asyncio.gather(*map(one, commands))
    return dict(zip(map(" ".join, commands), done, strict=True))


async def rota(*arguments: str | Path, **environ: str) -> Done:
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "out"), Path(folder, "err")
        asked = (list(map(str, arguments)), environment(**environ), *files)
        process = STARTS.Process(target=call, args=asked)
        process.start()
        try:
            await asyncio.to_thread(process.join, 60)
            assert process.exitcode is not None, "it did not end within a minute"
            return Done(process.exitcode, *(file.read_text() for file in files))
        finally:
            process.kill()
            process.join()
            process.close()


@dataclass
class Up:
    """A `rota up` in a process of its own."""

    process: Process
    data_dir: Path
    port: int
    output: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def until(self, text: str) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while text not in self.output:
                line = await self.process.stdout.readline()
                assert line, f"it ended without saying {text!r}:\n{self.output}"
                self.output += line.decode()

    async def end(self) -> int:
        self.process.terminate()
        return await self.ended()

    async def ended(self) -> int:
        """The exit status; it has 10 seconds."""
        assert self.process.stdout is not None
        async with asyncio.timeout(10):
            self.output += (await self.process.stdout.read()).decode()
            return await self.process.wait()


@asynccontextmanager
async def up(data_dir: Path, port: int, *more: str, **environ: str) -> AsyncIterator[Up]:
    process = await asyncio.create_subprocess_exec(
        *ROTA, "up", "--data-dir", str(data_dir), "--port", str(port), "--no-browser", *more,
        env=environment(**environ), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield Up(process, data_dir, port)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await eventually(lambda: not processes_of(data_dir))


def processes_of(data_dir: Path) -> dict[int, str]:
    """Whoever was started on this folder, or holds one of its files open."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if _belongs(folder, str(data_dir)):
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(folder.name)] = command.decode(errors="replace")
            except OSError:
                continue  # it has ended meanwhile, or is somebody else's
    return found


def _belongs(process: Path, data_dir: str) -> bool:
    if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
        return False
    told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    if data_dir.encode() in told:
        return True
    return any(os.readlink(file).startswith(data_dir) for file in (process / "fd").iterdir())
