"""A child process: how it is started, what is said of its end, and that it is stopped for good."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from rota.local.log_file import EchoedLog, LogFile
from rota.local.process import ChildProcess
from tests.local.conftest import alive

DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
signal.pause()
"""
WAITS = "import signal; signal.pause()"
SAYS_MUCH = """
for number in range(100_000):
    print("line", number)
raise SystemExit(3)
"""


def child(folder: Path, script: str, *, own_session: bool = True) -> ChildProcess:
    return ChildProcess(
        "It",
        (sys.executable, "-c", script),
        log=EchoedLog(folder / "it.log", lambda _: None),
        stop_signals=((signal.SIGTERM, 0.1),),
        death_signal=signal.SIGKILL,
        own_session=own_session,
    )


@pytest.mark.parametrize(
    ("script", "how"),
    [
        (WAITS, "was killed by SIGKILL"),
        ("raise SystemExit('No luck.')", "ended with status 1 (No luck.)"),
        ("", "ended with status 0 (it said nothing)"),
        (SAYS_MUCH, "ended with status 3 (line 99999)"),
    ],
    ids=["killed", "failed", "quiet", "talkative"],
)
async def test_its_end_is_told(script: str, how: str, tmp_path: Path) -> None:
    async with child(tmp_path, script).running() as process:
        if script == WAITS:
            os.kill(process.pid, signal.SIGKILL)
        assert await process.until_end() == how


class LateLog(EchoedLog):
    """Hears nothing before it is let to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, lambda _: None)
        self.may_hear = asyncio.Event()

    async def follow(self, output: asyncio.StreamReader | None) -> None:
        await self.may_hear.wait()
        await super().follow(output)


async def test_its_end_is_told_once_all_that_it_said_is_heard(tmp_path: Path) -> None:
    process = child(tmp_path, "raise SystemExit('No luck.')")
    process.log = log = LateLog(tmp_path / "it.log")
    async with process.running():
        end = asyncio.create_task(process.until_end())
        await process.wait()
        log.may_hear.set()
        assert await end == "ended with status 1 (No luck.)"


async def test_what_an_earlier_start_said_is_not_told(tmp_path: Path) -> None:
    process = child(tmp_path, "raise SystemExit('No luck.')")
    async with process.running():
        assert await process.until_end() == "ended with status 1 (No luck.)"
    process.program = (sys.executable, "-c", "")
    async with process.running():
        assert await process.until_end() == "ended with status 0 (it said nothing)"


@pytest.mark.parametrize("own_session", [True, False])
async def test_a_ctrl_c_reaches_only_what_is_in_our_session(
    own_session: bool, tmp_path: Path
) -> None:
    async with child(tmp_path, WAITS, own_session=own_session).running() as process:
        assert (os.getpgid(process.pid) == os.getpgid(0)) is not own_session


async def test_what_does_not_heed_its_signal_is_killed(tmp_path: Path) -> None:
    async with child(tmp_path, DEAF).running() as process:
        await process.until(lambda: heard(process, "deaf"), 20)
        pid = process.pid
    assert not alive(pid)


async def heard(process: ChildProcess, text: str) -> bool:
    return process.log.tail() == text


async def test_one_that_has_just_died_is_collected_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with child(tmp_path, WAITS).running() as process:
        os.kill(process.pid, signal.SIGKILL)
    assert caplog.records == []


async def test_a_start_that_is_cancelled_leaves_nothing_running(tmp_path: Path) -> None:
    process = ChildProcess(
        "It",
        (sys.executable, "-c", WAITS),
        log=LogFile(tmp_path / "it.log"),
        stop_signals=((signal.SIGTERM, 5.0),),
        death_signal=signal.SIGKILL,
    )
    pids = list[int]()

    async def never() -> bool:
        pids.append(process.pid)
        return False

    async def starting() -> None:
        async with process.running():
            await process.until(never, 60)

    task = asyncio.create_task(starting())
    while not pids:  # noqa: ASYNC110 # a start gives no other sign
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait([task])
    assert not alive(pids[0])
