"""Folders and processes for the engines' tests; what a test starts ends with it."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rota.local.embedded import start_engines
from rota.local.locks import is_locked, lock_data_dir

CHILD = Path(__file__).with_name("child.py")
StartChild = Callable[..., Awaitable["Child"]]


class Child:
    def __init__(self, process: Process) -> None:
        self.process = process
        self.pid = process.pid

    async def next(self) -> tuple[str, Any] | None:
        """What it said next; None when it has ended."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        if not line.endswith(b"\n"):
            return None
        kind, value = json.loads(line)
        return kind, value

    async def until(self, wanted: str) -> Any:
        while said := await self.next():
            if said[0] == wanted:
                return said[1]
        raise AssertionError(f"the child ended without saying {wanted!r}")

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return await self.process.wait()


@pytest.fixture
async def start_child() -> AsyncIterator[StartChild]:
    children: list[Child] = []
    locks: set[Path] = set()

    async def start(mode: str, data_dir: Path, *before: str) -> Child:
        process = await asyncio.create_subprocess_exec(
            *(*before, sys.executable, str(CHILD), mode, str(data_dir)), stdin=PIPE, stdout=PIPE
        )
        children.append(Child(process))
        locks.update((data_dir / "engines.lock", data_dir / "model" / "model.lock"))
        return children[-1]

    yield start
    for child in children:
        with suppress(ProcessLookupError):
            child.process.kill()
        assert child.process.stdout is not None
        await child.process.stdout.read()
        await child.process.wait()
    for lock in locks:
        await eventually(lambda lock=lock: not lock.exists() or not is_locked(lock))  # type: ignore[misc] # a lambda's default has no inferred type


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short path, which any account can enter, for one data directory."""
    folder = Path(tempfile.mkdtemp(prefix="rota-t-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that was started and stopped once; copy it, never start it."""
    data_dir = tmp_path_factory.mktemp("initialised") / "data"
    with lock_data_dir(data_dir):
        async with start_engines(data_dir, lambda _: None):
            pass
    return data_dir


@pytest.fixture
def data_dir(initialised: Path, short: Path) -> Path:
    copy = short / "data"
    shutil.copytree(initialised, copy)
    return copy


async def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come about within 20 seconds"
        await asyncio.sleep(0.002)


def alive(pid: int) -> bool:
    """A process that has ended and waits to be collected is not alive."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
