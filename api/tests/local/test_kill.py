"""SIGKILL of the server, at any moment: engines die with it and the next start loses nothing."""

import asyncio
import os
import random
import signal
import sys
from asyncio import StreamReader
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from rota.local import launcher
from tests.local.conftest import Child, StartChild, alive, eventually

KILLS = 6


async def rows_until_killed(child: Child, count: int) -> set[int]:
    """Every row that the child said, up to its last breath."""
    said: set[int] = set()
    while (event := await child.next()) is not None:
        if event[0] == "row":
            said.add(event[1])
            if len(said) == count:
                child.process.kill()
    return said


async def lost_rows(start_child: StartChild, data_dir: Path, mode: str, kills: int) -> set[int]:
    said: set[int] = set()
    for _ in range(kills):
        child = await start_child(mode, data_dir)
        await child.until("stored")
        said |= await rows_until_killed(child, random.randint(1, 150))
    witness = await start_child(mode, data_dir)
    stored: set[int] = set(await witness.until("stored"))
    return said - stored


async def test_D1_no_committed_row_is_lost_by_kills_and_instant_restarts(
    data_dir: Path, start_child: StartChild
) -> None:
    assert await lost_rows(start_child, data_dir, "commit", KILLS) == set()


async def test_D1_rows_said_before_their_commit_are_found_lost(
    data_dir: Path, start_child: StartChild
) -> None:
    assert await lost_rows(start_child, data_dir, "promise", 1) != set()


async def test_the_engines_die_with_their_server(data_dir: Path, start_child: StartChild) -> None:
    child = await start_child("hold", data_dir)
    started: dict[str, Any] = await child.until("started")
    pids = started["postgres_pid"], started["valkey_pid"]
    assert all(map(alive, pids))
    await child.kill()
    await eventually(lambda: not any(map(alive, pids)))


@pytest.mark.parametrize("slow", ["postgres_pid", "valkey_pid"])
async def test_a_new_start_waits_until_no_old_engine_lives(
    slow: str, data_dir: Path, start_child: StartChild
) -> None:
    first = await start_child("hold", data_dir)
    old: int = (await first.until("started"))[slow]
    os.kill(old, signal.SIGSTOP)
    try:
        await first.kill()
        second = await start_child("hold", data_dir)
        waiting = await second.until("report")
        assert alive(old)
    finally:
        os.kill(old, signal.SIGCONT)
    await second.until("started")
    assert not alive(old)
    assert waiting == "Waiting until an engine of an earlier run has stopped …"


MOMENTS: dict[str, Callable[[Path], bool]] = {
    "folder made": lambda data_dir: (data_dir / "logs").exists(),
    "initdb begun": lambda data_dir: (data_dir / "pg.init" / "PG_VERSION").exists(),
    "initdb half": lambda data_dir: (data_dir / "pg.init" / "base" / "4").exists(),
    "database renamed": lambda data_dir: (data_dir / "pg").exists(),
    "postmaster up": lambda data_dir: (data_dir / "pg" / "postmaster.pid").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_D8_a_first_start_killed_at_any_moment_starts_again(
    moment: str, short: Path, start_child: StartChild
) -> None:
    data_dir = short / "data"
    first = await start_child("hold", data_dir)
    await eventually(lambda: MOMENTS[moment](data_dir))
    await first.kill()
    second = await start_child("hold", data_dir)
    await second.until("started")
    assert await second.stop() == 0
    assert not (data_dir / "pg.init").exists()


async def test_ctrl_c_reaches_the_server_and_not_its_engines(
    data_dir: Path, start_child: StartChild
) -> None:
    child = await start_child("hold", data_dir)
    await child.until("started")
    child.process.send_signal(signal.SIGINT)
    await child.process.wait()
    log = (data_dir / "logs" / "postgresql.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


@asynccontextmanager
async def watched(then: str) -> AsyncIterator[tuple[Process, StreamReader]]:
    """A program with a watcher, and its output. At the end of the block its parent seems to die."""
    script = (
        f"import sys; sys.path.insert(0, {str(Path(launcher.__file__).parent)!r}); "
        "import os, launcher, signal; launcher.watch(int(sys.argv[1]), signal.SIGTERM); "
        f"print('watched', flush=True); {then}"
    )
    reading, writing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", script, str(reading)),
        stdout=asyncio.subprocess.PIPE,
        pass_fds=(reading,),
    )
    os.close(reading)
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"watched\n"
        yield process, process.stdout
    finally:
        os.close(writing)


async def test_where_the_kernel_sends_no_signal_a_watcher_does() -> None:
    async with watched("signal.pause()") as (process, _):
        pass
    assert await process.wait() == -signal.SIGTERM


async def test_a_watcher_does_not_hold_the_output_of_what_has_ended() -> None:
    async with watched("os._exit(3)") as (process, output), asyncio.timeout(20):
        assert await output.read() == b""
        assert await process.wait() == 3
