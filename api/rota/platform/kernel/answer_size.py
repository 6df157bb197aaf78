"""How large an answer becomes: counted while it is put together, and refused before it is there.

What stands in it several times is put together once. So there are two counts of its values: of
those that were made, and of those that it would show at most; the second alone refuses nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from rota.platform.kernel.errors import BadRequest

MAX_NODES = 200_000
# They are resolved one by one, which is dear.
MAX_INTROSPECTED = 50_000
MAX_TEXT_BYTES = 32 * 1024 * 1024
# On a socket an answer is one frame, which is there several times until it is sent.
MAX_FRAME_TEXT_BYTES = 12 * 1024 * 1024
MAX_READS = 1_000
MAX_ROWS = 20_000
LESS = "Ask for shorter pages (`first`), for fewer fields, or for less at a time."


class TooLarge(BadRequest):
    """What was asked for makes too large an answer; the message says what to ask less of."""


@dataclass
class AnswerSize:
    """`shown_…` are at least as much as is shown."""

    most_text_bytes: int
    nodes: int = 0
    shown_nodes: int = 0
    introspected: int = 0
    text_bytes: int = 0
    shown_text_bytes: int = 0
    read_bytes: int = 0
    reads: int = 0
    rows: int = 0
    refusal: TooLarge | None = None

    def refuse(self, message: str) -> None:
        """Raises TooLarge, now and for whatever is still counted."""
        self.refusal = self.refusal or TooLarge(message)
        raise self.refusal


_size: ContextVar[AnswerSize | None] = ContextVar("answer_size", default=None)
_copies: ContextVar[int] = ContextVar("copies", default=1)


@contextmanager
def measured(*, is_frame: bool = False) -> Iterator[AnswerSize]:
    size = AnswerSize(MAX_FRAME_TEXT_BYTES if is_frame else MAX_TEXT_BYTES)
    token = _size.set(size)
    try:
        yield size
    finally:
        _size.reset(token)


@contextmanager
def copied(times: int) -> Iterator[None]:
    """What is counted within stands in the answer up to so many times."""
    token = _copies.set(_copies.get() * times)
    try:
        yield
    finally:
        _copies.reset(token)


def add_nodes(number: int) -> None:
    """Raises TooLarge."""
    if size := _size.get():
        size.nodes += number
        size.shown_nodes += number * _copies.get()
        if size.nodes > MAX_NODES or size.refusal:
            size.refuse(too_many_nodes())


def add_introspected() -> None:
    """Raises TooLarge."""
    if size := _size.get():
        size.introspected += 1
        if size.introspected > MAX_INTROSPECTED:
            size.refuse(
                f"This would tell more than {MAX_INTROSPECTED:,} facts about the schema. Ask for "
                "each part of it once."
            )


def add_text(length: int) -> None:
    """Raises TooLarge."""
    if size := _size.get():
        size.text_bytes += length
        size.shown_text_bytes += length * _copies.get()
        if size.text_bytes > size.most_text_bytes or size.refusal:
            size.refuse(too_much_text(size))


def room_to_read() -> int:
    """In bytes."""
    size = _size.get()
    return size.most_text_bytes - size.read_bytes if size else 2**62


def add_read_bytes(number: int, *names: str) -> None:
    """Of columns by these names. Raises TooLarge."""
    if size := _size.get():
        size.read_bytes += number
        if size.read_bytes > size.most_text_bytes:
            asked = ", ".join(f"`{name}`" for name in names)
            size.refuse(f"{too_much_text(size)} The longest are {asked}.")


def is_measured() -> bool:
    return _size.get() is not None


def add_reads(number: int = 1) -> None:
    """Of the database, one for each object. Raises TooLarge."""
    if size := _size.get():
        size.reads += number
        if size.reads > MAX_READS or size.refusal:
            size.refuse(f"This takes more than {MAX_READS:,} reads of their own. {LESS}")


def add_rows(number: int) -> None:
    """Of lists. Raises TooLarge."""
    if size := _size.get():
        size.rows += number
        if size.rows > MAX_ROWS or size.refusal:
            size.refuse(f"This takes more than {MAX_ROWS:,} rows. {LESS}")


def too_many_nodes() -> str:
    return f"The answer would have more than {MAX_NODES:,} values. {LESS}"


def too_much_text(size: AnswerSize) -> str:
    more = size.most_text_bytes < MAX_TEXT_BYTES
    instead = f" Over HTTP it may have {MAX_TEXT_BYTES // 2**20} MB." if more else ""
    most = size.most_text_bytes // 2**20
    return f"The answer would have more than {most} MB of text. {LESS}{instead}"
