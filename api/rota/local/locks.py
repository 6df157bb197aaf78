"""Two locks: one keeps a second server out, one waits until no old engine lives."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from rota.local.errors import DataDirectoryInUseError, LocalError
from rota.local.folders import LOCK_NAME, secure_data_dir

POLL_SECONDS = 0.01


@contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Comes before anything is written to the folder; ends with the process at the latest."""
    secure_data_dir(data_dir)
    handle = _open(data_dir / LOCK_NAME)
    try:
        if not _try_lock(handle, fcntl.LOCK_EX):
            raise DataDirectoryInUseError(data_dir, _read_pid(handle))
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@asynccontextmanager
async def lock_for_children(
    path: Path, timeout: float, what: str, report: Callable[[str], None]
) -> AsyncIterator[int]:
    """Yields a descriptor for children to inherit: the lock lives as long as any of them. Raises
    LocalError if it is not free after `timeout` seconds."""
    handle = _open(path)
    try:
        deadline = time.monotonic() + timeout
        free = _try_lock(handle, fcntl.LOCK_EX)
        if not free:
            report(f"Waiting until {what} of an earlier run has stopped …")
        while not free:
            if time.monotonic() > deadline:
                raise LocalError(
                    f"Cannot start: {what} of an earlier run still lives after {timeout:.0f} "
                    f"seconds and holds {path}. Wait until it has stopped, or stop it."
                )
            await asyncio.sleep(POLL_SECONDS)
            free = _try_lock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def is_locked(path: Path) -> bool:
    """May briefly hold a shared lock: only for locks whose takers wait."""
    handle = os.open(path, os.O_RDONLY)
    try:
        return not _try_lock(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def _try_lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_pid(handle: int) -> int | None:
    text = os.pread(handle, 32, 0).strip()
    return int(text) if text.isdigit() else None
