"""What the processes of `rota up` say: all of it to a file, what matters to the terminal too."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

LONGEST_FILE = 5_000_000
LONGEST_LINE = 64 * 1024
# As rota/platform/logs.py writes them, as text and as JSON.
LOUD = re.compile(rb'^(\S+ (WARNING|ERROR|CRITICAL) |\{.*"level": "(WARNING|ERROR|CRITICAL)")')


class LogFile:
    """The file of the start before is kept beside it."""

    def __init__(self, path: Path, echo: Callable[[str], None]) -> None:
        self.last_line = ""
        self._path = path
        self._echo = echo
        self._unfinished = b""
        self._file = self._begin()

    def write(self, data: bytes) -> None:
        if self._file.tell() > LONGEST_FILE:
            self._file.close()
            self._file = self._begin()
        self._file.write(data)
        *lines, rest = (self._unfinished + data).split(b"\n")
        self._unfinished = rest[:LONGEST_LINE]
        for line in filter(None, lines):
            self.last_line = line.decode(errors="replace")
            if LOUD.match(line):
                self._echo(self.last_line)

    def close(self) -> None:
        self._file.close()

    def _begin(self) -> BinaryIO:
        if self._path.exists():
            self._path.replace(self._path.with_name(self._path.name + ".1"))
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        return os.fdopen(handle, "wb", buffering=0)
