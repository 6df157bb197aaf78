"""What both kinds of connections share: their patience, and the size of a bite."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

TAKE_SECONDS = 60.0
PIECE_BYTES = 16 * 1024


class Timer:
    """One moment at which something is done, unless it is put off."""

    def __init__(self, loop: asyncio.AbstractEventLoop, act: Callable[[], object]) -> None:
        self._loop = loop
        self._act = act
        self._handle: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        self.stop()
        self._handle = self._loop.call_later(seconds, self._act)

    def stop(self) -> None:
        if self._handle:
            self._handle.cancel()
            self._handle = None

    @property
    def is_running(self) -> bool:
        return self._handle is not None


class TakenInTime:
    """A protocol that does not wait for ever until somebody takes what it sends."""

    loop: asyncio.AbstractEventLoop
    transport: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._taking = Timer(self.loop, self._abort)

    def pause_writing(self) -> None:
        super().pause_writing()  # type: ignore[misc]  # the protocol's
        self._taking.start(TAKE_SECONDS)

    def resume_writing(self) -> None:
        self.stop_taking()
        super().resume_writing()  # type: ignore[misc]  # the protocol's

    def stop_taking(self) -> None:
        self._taking.stop()

    def _abort(self) -> None:
        self.transport.abort()


class Transport:
    """Closed, it waits for whoever does not take the rest, but not for ever."""

    def __init__(self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop
        self.write = inner.write
        self.is_closing = inner.is_closing

    def close(self) -> None:
        if not self._inner.is_closing():
            self._inner.close()
            if self._inner.get_write_buffer_size():
                self._loop.call_later(TAKE_SECONDS, self._inner.abort)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), PIECE_BYTES):
        yield data[at : at + PIECE_BYTES]
