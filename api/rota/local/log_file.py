"""Where a child process' output goes: a file that only its owner reads, and that does not grow
for ever."""

import asyncio
import os
import re
from asyncio import StreamReader
from asyncio.subprocess import PIPE
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from rota.platform.output import NO_ROOM

MAX_FILE_BYTES = 5_000_000
MAX_LINE_BYTES = 64 * 1024
MAX_TAIL_LINES = 12
CHUNK_BYTES = 64 * 1024
LOOK_SECONDS = 10.0
# As rota/platform/logs.py writes them, as text and as JSON.
LOUD = re.compile(rb'^(\S+ (WARNING|ERROR|CRITICAL) |\{.*"level": "(WARNING|ERROR|CRITICAL)")')


class Log(Protocol):
    """The log of one child, over all its starts."""

    path: Path

    def open(self) -> AbstractContextManager[int]:
        """For a start: the descriptor that the child writes to, or PIPE."""
        ...

    async def follow(self, output: StreamReader | None) -> None:
        """Until the child's output ends, or this is cancelled; `output` is the other end of a
        PIPE. Never fails, and never lets the child wait."""
        ...

    def tail(self) -> str:
        """The end of what it has said since it was started."""
        ...


class LogFile:
    """The child writes to it by itself, and waits for nobody. What is too long is put aside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0

    @contextmanager
    def open(self) -> Iterator[int]:
        handle = self._open()
        try:
            self._start = os.lseek(handle, 0, os.SEEK_END)
            yield handle
        finally:
            os.close(handle)

    async def follow(self, output: StreamReader | None) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(OSError):
                self._shorten()

    def tail(self) -> str:
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                file.seek(self._start)
                return "".join(file.readlines()[-MAX_TAIL_LINES:]).rstrip()
        except FileNotFoundError:  # there was no room for it
            return ""

    def _open(self) -> int:
        try:
            self._shorten()
            return _append(self.path)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            return os.open(os.devnull, os.O_WRONLY)

    def _shorten(self) -> None:
        """The child goes on writing to the same file. It is emptied before it is kept under another
        name: where the disk is full, that makes the room."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size <= MAX_FILE_BYTES:
            return
        with self.path.open("r+b") as file:
            file.seek(max(0, size - 2 * MAX_FILE_BYTES))
            kept = file.read()
            file.truncate(0)
        self._start = 0
        aside = _aside(self.path)
        aside.unlink(missing_ok=True)
        with os.fdopen(_append(aside), "wb") as file:
            file.write(kept)


class EchoedLog:
    """We write what the child says, and repeat at once what matters. The file of the time before
    is kept beside it."""

    def __init__(self, path: Path, echo: Callable[[str], None]) -> None:
        self.path = path
        self._echo = echo
        self._last_line = ""
        self._left_out = 0
        with suppress(FileNotFoundError):
            _put_aside(path)

    @contextmanager
    def open(self) -> Iterator[int]:
        self._last_line = ""
        yield PIPE

    async def follow(self, output: StreamReader | None) -> None:
        self._keep(b"")  # the file is there from the start
        unfinished = b""
        while output and (data := await output.read(CHUNK_BYTES)):
            self._keep(data)
            *lines, rest = (unfinished + data).split(b"\n")
            unfinished = rest[:MAX_LINE_BYTES]
            for line in filter(None, lines):
                self._hear(line)

    def tail(self) -> str:
        """The last line."""
        return self._last_line

    def _keep(self, data: bytes) -> None:
        """What the disk does not take is left out, and that is said here and there."""
        try:
            if self.path.exists() and self.path.stat().st_size > MAX_FILE_BYTES:
                _put_aside(self.path)
            handle = _append(self.path)
            try:
                if self._left_out:
                    _write(handle, b"... %d bytes were left out here.\n" % self._left_out)
                    self._left_out = 0
                _write(handle, data)
            finally:
                os.close(handle)
        except OSError as error:
            if not self._left_out:
                self._echo(f"{self.path} takes no more ({error.strerror}).")
            self._left_out += len(data)

    def _hear(self, line: bytes) -> None:
        self._last_line = line.decode(errors="replace")
        if LOUD.match(line):
            self._echo(self._last_line)


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ".1")


def _put_aside(path: Path) -> None:
    path.replace(_aside(path))


def _append(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    return os.open(path, flags, 0o600)


def _write(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
