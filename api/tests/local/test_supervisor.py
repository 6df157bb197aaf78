"""What ends by itself is started again, ever more slowly; what does not start is not."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rota.local import supervisor
from rota.local.errors import LocalError
from rota.local.log_file import LogFile
from rota.local.process import ChildProcess
from rota.local.supervisor import Together, beside, supervise
from tests.local.conftest import alive


class Mayfly:
    """Ends at once. From the start `fails` on it does not start."""

    def __init__(self, fails: int | None = None) -> None:
        self.starts = 0
        self.fails = fails

    @asynccontextmanager
    async def start(self) -> AsyncIterator["Mayfly"]:
        self.starts += 1
        if self.starts == self.fails:
            raise LocalError("It does not start.")
        yield self

    async def until_end(self) -> str:
        return "ended"


async def warnings(thing: Mayfly, count: int) -> list[str]:
    """The first of them."""
    said = list[str]()
    enough = asyncio.Event()

    def warn(line: str) -> None:
        said.append(line)
        if len(said) == count:
            enough.set()

    async with beside(supervise("It", thing.start, warn)):
        await enough.wait()
    return said


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_DELAY_SECONDS", 0.001)
    monkeypatch.setattr(supervisor, "MAX_DELAY_SECONDS", 0.004)


async def test_delays_grow_up_to_the_longest() -> None:
    assert await warnings(Mayfly(), 4) == [
        f"It ended. Starting it again in {delay} s."
        for delay in ("0.001", "0.002", "0.004", "0.004")
    ]


async def test_what_ran_for_long_starts_again_with_the_first_delay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "STABLE_SECONDS", -1)
    assert await warnings(Mayfly(), 3) == ["It ended. Starting it again in 0.001 s."] * 3


@pytest.mark.parametrize("fails", [1, 3])
async def test_a_start_that_fails_is_raised_and_not_tried_again(fails: int) -> None:
    thing = Mayfly(fails)
    with pytest.raises(LocalError, match="It does not start"):
        await supervise("It", thing.start, lambda _: None)
    assert thing.starts == fails


async def test_a_start_that_fails_takes_the_body_with_it() -> None:
    with pytest.raises(ExceptionGroup) as raised:
        async with beside(supervise("It", Mayfly(2).start, lambda _: None)):
            await asyncio.Event().wait()
    assert raised.group_contains(LocalError)


async def test_the_first_start_is_told_and_no_later_one() -> None:
    first = asyncio.get_running_loop().create_future()
    thing = Mayfly(3)
    with pytest.raises(LocalError):
        await supervise("It", thing.start, lambda _: None, first)
    assert first.result() is thing


def child(folder: Path, name: str) -> ChildProcess:
    return ChildProcess(
        name,
        (sys.executable, "-c", "import signal; signal.pause()"),
        log=LogFile(folder / f"{name}.log"),
        stop_signals=((signal.SIGTERM, 5.0),),
        death_signal=signal.SIGKILL,
    )


@pytest.mark.parametrize("killed", [0, 1])
async def test_of_processes_that_belong_together_all_start_again(
    killed: int, tmp_path: Path
) -> None:
    pids = list[int]()

    @asynccontextmanager
    async def start() -> AsyncIterator[Together]:
        async with child(tmp_path, "one").running() as one, child(tmp_path, "two").running() as two:
            assert not any(map(alive, pids))
            pids.extend((one.pid, two.pid))
            os.kill((one, two)[killed].pid, signal.SIGKILL)
            yield Together(processes=(one, two))

    said = list[str]()
    twice = asyncio.Event()

    def warn(line: str) -> None:
        said.append(line)
        if len(said) == 2:
            twice.set()

    async with beside(supervise("They", start, warn)):
        await twice.wait()
    assert said[0] == "They ended by itself. Starting it again in 0.001 s."
    assert not any(map(alive, pids))
