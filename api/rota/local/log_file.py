"""Where a child process' output goes: a file that only its owner reads, and that does not grow
for ever."""

import os
import re
from asyncio import StreamReader
from asyncio.subprocess import PIPE
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

MAX_FILE_BYTES = 5_000_000
MAX_LINE_BYTES = 64 * 1024
MAX_TAIL_LINES = 12
CHUNK_BYTES = 64 * 1024
# As rota/platform/logs.py writes them, as text and as JSON.
LOUD = re.compile(rb'^(\S+ (WARNING|ERROR|CRITICAL) |\{.*"level": "(WARNING|ERROR|CRITICAL)")')


class Log(Protocol):
    """The log of one child, over all its starts."""

    path: Path

    def open(self) -> AbstractContextManager[int]:
        """For a start: the descriptor that the child writes to, or PIPE."""
        ...

    async def follow(self, output: StreamReader | None) -> None:
        """Until the child's output ends; `output` is the other end of a PIPE."""
        ...

    def tail(self) -> str:
        """The end of what it has said since it was started."""
        ...


class LogFile:
    """The child writes to it by itself. A long one is put aside before a start."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    @contextmanager
    def open(self) -> Iterator[int]:
        if self.path.exists() and self.path.stat().st_size > MAX_FILE_BYTES:
            _put_aside(self.path)
        with _append(self.path) as file:
            self._start = file.tell()
            yield file.fileno()

    async def follow(self, output: StreamReader | None) -> None:
        """Nothing comes by way of us."""

    def tail(self) -> str:
        with self.path.open(errors="replace") as file:
            file.seek(self._start)
            return "".join(file.readlines()[-MAX_TAIL_LINES:]).rstrip()


class EchoedLog:
    """We write what the child says, and repeat at once what matters. The file of the time before
    is kept beside it."""

    def __init__(self, path: Path, echo: Callable[[str], None]) -> None:
        self.path = path
        self._echo = echo
        self._last_line = ""
        if path.exists():
            _put_aside(path)

    @contextmanager
    def open(self) -> Iterator[int]:
        self._last_line = ""
        yield PIPE

    async def follow(self, output: StreamReader | None) -> None:
        file, unfinished = _append(self.path), b""
        try:
            while output and (data := await output.read(CHUNK_BYTES)):
                if file.tell() > MAX_FILE_BYTES:
                    file.close()
                    _put_aside(self.path)
                    file = _append(self.path)
                file.write(data)
                *lines, rest = (unfinished + data).split(b"\n")
                unfinished = rest[:MAX_LINE_BYTES]
                for line in filter(None, lines):
                    self._hear(line)
        finally:
            file.close()

    def tail(self) -> str:
        """The last line."""
        return self._last_line

    def _hear(self, line: bytes) -> None:
        self._last_line = line.decode(errors="replace")
        if LOUD.match(line):
            self._echo(self._last_line)


def _put_aside(path: Path) -> None:
    path.replace(path.with_name(path.name + ".1"))


def _append(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    return os.fdopen(os.open(path, flags, 0o600), "ab", buffering=0)
