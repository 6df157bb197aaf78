"""One process beside this one, where values are judged that may be dear: the validator holds the
interpreter's lock, so that neither a thread nor a deadline would help here.

It is started when it is first needed, kept for the next, and replaced when it dies or has grown. It
ends with the process that it belongs to, whose end closes its input.
"""

import atexit
import contextlib
import os
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import IO, Any, cast

from rota.platform.kernel import jsontext

START_SECONDS = 30.0
ANSWER_SECONDS = 15.0  # of waiting; the process counts the seconds it works
LENGTH = struct.Struct(">II")
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")


@dataclass
class Answer:
    """`is_valid` is None if that could not be found out; there are no faults if saying more would
    have been too much."""

    is_valid: bool | None = None
    faults: list[Any] = field(default_factory=list)


class Gone(Exception):
    """The process is no more, or does not answer."""


class Child:
    """One value at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: _Process | None = None
        atexit.register(self.close)

    def ask(self, schema: bytes, value: bytes) -> Answer:
        """Blocks for some seconds at most, behind those who asked before."""
        with self._lock:
            answer = Answer()
            try:
                self._ready().judge(schema, value, answer)
            except Gone:
                self._drop()
            return answer

    def close(self) -> None:
        with self._lock:
            self._drop()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def _ready(self) -> "_Process":
        process = self._process
        if process and not process.is_usable:
            self._drop()
            process = None
        if process is None:
            process = self._process = _Process()
        return process

    def _drop(self) -> None:
        if self._process:
            self._process.end()
        self._process = None


class _Process:
    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rota.contracts.child_main"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
            start_new_session=True,  # a Ctrl-C is for us; it ends when we do
        )
        self.pid = self._process.pid
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        self._heard = select.poll()  # unlike select, it takes descriptors beyond 1,024
        self._heard.register(self._output, select.POLLIN)
        self._is_spent = False
        self._read(START_SECONDS)

    @property
    def is_usable(self) -> bool:
        is_ours = self._owner == os.getpid()
        return is_ours and not self._is_spent and self._process.poll() is None

    def judge(self, schema: bytes, value: bytes, answer: Answer) -> None:
        """Fills the answer in as far as it comes. Raises Gone."""
        until = time.monotonic() + ANSWER_SECONDS
        self._write(LENGTH.pack(len(schema), len(value)) + schema + value)
        while True:
            said = self._read(until - time.monotonic())
            answer.is_valid = said["is_valid"]
            answer.faults = said["faults"]
            self._is_spent = said["is_spent"]
            if said["is_all"]:
                return

    def end(self) -> None:
        if self._owner != os.getpid():  # a fork's copy of it
            return
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._input.close()
        self._output.close()

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._input.fileno(), rest) :]
        except OSError:
            raise Gone from None

    def _read(self, seconds: float) -> Any:
        """One line."""
        line = b""
        until = time.monotonic() + seconds
        while not line.endswith(b"\n"):
            left = max(until - time.monotonic(), 0.0)
            ready = self._heard.poll(left * 1_000)
            more = ready and os.read(self._output.fileno(), 65_536)
            if not more:
                raise Gone
            line += more
        *_, last = line.splitlines()
        return jsontext.loads(last)


CHILD = Child()
