"""Where output may go and is not taken, or is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unread() -> Iterator[int]:
    """A pipe that nobody reads."""
    reading, writing = os.pipe()
    try:
        yield writing
    finally:
        os.close(reading)
        os.close(writing)


@contextmanager
def broken() -> Iterator[int]:
    """A pipe whose reader is gone."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        yield writing
    finally:
        os.close(writing)


@contextmanager
def full() -> Iterator[int]:
    """A disk without room."""
    with _opened("/dev/full") as handle:
        yield handle


@contextmanager
def nothing() -> Iterator[int]:
    """Takes everything."""
    with _opened("/dev/null") as handle:
        yield handle


@contextmanager
def _opened(path: str) -> Iterator[int]:
    handle = os.open(path, os.O_WRONLY)
    try:
        yield handle
    finally:
        os.close(handle)
