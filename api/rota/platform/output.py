"""What a process says on its standard output and error, without ever waiting for whoever takes it.

A thread of its own writes it down. What a pipe does not take, because nobody reads it, or a disk,
because it is full, is left out, and how much that was is said once it is taken again.
"""

import atexit
import errno
import io
import logging
import os
import select
import sys
import threading
from collections import deque

log = logging.getLogger(__name__)
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
MAX_WAITING_BYTES = 1024 * 1024
MAX_WRITE_BYTES = 64 * 1024
# At the end of the process, for what is still to be said.
LAST_SECONDS = 0.5
RETRY_MILLISECONDS = 1000


class Output(io.TextIOBase):
    """Takes text at any time, and raises nothing."""

    def __init__(self, handle: int, encoding: str = "utf-8") -> None:
        self._handle = handle
        self._encoding = encoding
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._left_out = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override] # typeshed has a plain attribute
        return self._encoding

    @property
    def errors(self) -> str:  # type: ignore[override] # so has it
        return "replace"

    @property
    def is_heard(self) -> bool:
        """Whether nothing was left out of late."""
        return not self._left_out

    def write(self, text: str) -> int:
        data = text.encode(self._encoding, self.errors)
        if not data:
            return 0
        with self._changed:
            if self._waiting_bytes + len(data) > MAX_WAITING_BYTES:
                self._left_out += 1
                return len(text)
            self._waiting.append(data)
            self._waiting_bytes += len(data)
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_on, name="output", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return len(text)

    def settle(self, seconds: float = LAST_SECONDS) -> None:
        """Until all is written, if that takes no longer."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting_bytes, seconds)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._handle)

    def fileno(self) -> int:
        return self._handle

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                pieces = self._some()
            taken = self._is_taken(b"".join(pieces))
            with self._changed:
                missing = self._left_out if taken else 0
                self._left_out = 0 if taken else self._left_out + len(pieces)
            if missing:
                log.warning("%d messages were left out before this: nobody took them.", missing)
            with self._changed:
                self._waiting_bytes -= sum(map(len, pieces))
                self._changed.notify_all()

    def _some(self) -> list[bytes]:
        pieces = [self._waiting.popleft()]
        size = len(pieces[0])
        while self._waiting and size + len(self._waiting[0]) <= MAX_WRITE_BYTES:
            pieces.append(self._waiting.popleft())
            size += len(pieces[-1])
        return pieces

    def _is_taken(self, data: bytes) -> bool:
        """It may take for ever, which only this thread sees."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._handle, rest) :]
            except BlockingIOError:  # somebody who shares the pipe made it so
                poll = select.poll()
                poll.register(self._handle, select.POLLOUT)
                poll.poll(RETRY_MILLISECONDS)
            except OSError:
                return False
        return True


_outputs: list[Output] = []


def never_wait_for_output() -> None:
    """From now on, for all that this process prints or logs."""
    for handle, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is not getattr(sys, f"__{name}__"):  # somebody listens in this process
            continue
        output = Output(handle, getattr(stream, "encoding", None) or "utf-8")
        atexit.register(output.settle)
        _outputs.append(output)
        setattr(sys, name, output)


def is_heard() -> bool:
    """Whether what this process says is taken."""
    return all(output.is_heard for output in _outputs)
