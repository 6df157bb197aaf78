"""Server-sent events as vendors write them, from bytes in any cut."""

from typing import NamedTuple

from rota.inference.hearing.budgets import (
    MAX_EVENT_BYTES,
    MAX_EVENTS,
    MAX_LINES,
    MAX_STREAM_BYTES,
    Budget,
    TooLong,
)

BOM = b"\xef\xbb\xbf"
FIELDS = (b"data", b"event:", b"id:", b"retry:", b":")


class Event(NamedTuple):
    """`data` as it came. `is_error`: the event calls itself one; `is_page`: this is HTML."""

    data: bytes
    is_error: bool = False
    is_page: bool = False


class EventReader:
    """What is no event stream, but JSON or a page, is one event when it has ended."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._data: bytearray | None = None
        self._name = b""
        self._came = self._lines = self._events = 0
        self._has_begun = False
        self.is_whole = False

    @property
    def held(self) -> int:
        """Bytes of what is not complete yet."""
        return len(self._buffer) + len(self._data or b"")

    def feed(self, piece: bytes) -> list[Event]:
        """The events that are complete by now. Raises TooLong."""
        buffer = self._buffer
        known = max(len(buffer) - 1, 0)
        buffer += piece
        self._came += len(piece)
        if self._came > MAX_STREAM_BYTES:
            raise TooLong(Budget.STREAM)
        if self.held > MAX_EVENT_BYTES:
            raise TooLong(Budget.EVENT)
        if not self._has_begun and not self._begin():
            return []
        if self.is_whole:
            return []
        # A carriage return at the end may be the first half of a line's end.
        end = max(buffer.rfind(b"\n", known), buffer.rfind(b"\r", known, -1))
        if end < 0:
            return []
        lines = bytes(buffer[: end + 1])
        del buffer[: end + 1]
        return self._read(lines)

    def close(self) -> list[Event]:
        """What was left open when the stream ended."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        if self.is_whole:
            return [Event(rest, is_page=rest.lstrip().startswith(b"<"))] if rest.strip() else []
        return self._read(rest + b"\n\n")

    def _begin(self) -> bool:
        """Whether enough is here to tell what it is."""
        start = bytes(self._buffer[:64])
        if start in (BOM[:1], BOM[:2]):
            return False
        if start.startswith(BOM):
            del self._buffer[:3]
            start = start[3:]
        first = start.lstrip()[:1]
        if not first and len(start) < 64:
            return False
        self._has_begun = True
        self.is_whole = first in (b"{", b"[", b"<")
        return True

    def _read(self, lines: bytes) -> list[Event]:
        events: list[Event] = []
        each = lines.splitlines()
        self._lines += len(each)
        for line in each:
            if not line:
                self._dispatch(events)
            elif line.startswith(b"data"):
                self._take(line[4:])
            elif line.startswith(b"event:"):
                self._name = line[6:].strip()
            elif line.lstrip()[:1] in (b"{", b"["):
                self._dispatch(events)
                events.append(Event(line))
            elif line.lstrip()[:1] == b"<":
                events.append(Event(line, is_page=True))
        self._events += len(events)
        if self._events > MAX_EVENTS or self._lines > MAX_LINES:
            raise TooLong(Budget.EVENTS)
        return events

    def _take(self, value: bytes) -> None:
        if value[:1] not in (b":", b""):
            return
        if self._data is None:
            self._data = bytearray()
        else:
            self._data += b"\n"
        self._data += value[1:].removeprefix(b" ")

    def _dispatch(self, events: list[Event]) -> None:
        if self._data is not None:
            data = bytes(self._data)
            if data.strip():
                events.append(Event(data, is_error=self._name == b"error"))
        self._data, self._name = None, b""
