"""A process never waits for whoever takes what it says."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from rota.platform import output
from rota.platform.output import Output
from tests.cli.process import environment
from tests.platform.sinks import broken, full, unread

# Logs far more than a pipe holds, prints, raises, and says by its status how far it came.
TALKS = """
import sys
from rota.platform.logs import set_up_logs
from rota.platform.output import never_wait_for_output
{never_wait}
set_up_logs("INFO", "text")
import logging
for number in range(3000):
    logging.getLogger("rota.test").warning("%d %s", number, "x" * 500)
    print(number)
sys.exit(7)
"""


async def talk(stdout: int, stderr: int, never_wait: bool = True) -> int | None:
    """Its status; None where it waits for ever, as after this many seconds is plain."""
    script = TALKS.format(never_wait="never_wait_for_output()" if never_wait else "")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", script),
        env=environment(), stdin=DEVNULL, stdout=stdout, stderr=stderr,
    )  # fmt: skip
    try:
        async with asyncio.timeout(30 if never_wait else 1.5):
            return await process.wait()
    except TimeoutError:
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.mark.parametrize("sink", [unread, broken, full])
async def test_nobody_waits_for_a_log_that_is_not_taken(
    sink: Callable[[], AbstractContextManager[int]],
) -> None:
    with sink() as handle:
        assert await talk(handle, handle) == 7


async def test_a_process_that_waits_for_its_log_would_be_found() -> None:
    with unread() as handle:
        assert await talk(handle, handle, never_wait=False) is None


def read_all(handle: int, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += os.read(handle, count - len(data))
    return data


async def test_what_is_said_comes_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "out"
    said = [f"{number} ” {'x' * (number % 7000)}\n" for number in range(300)]
    with file.open("wb") as taking:
        out = Output(taking.fileno())
        for text in said:
            assert out.write(text) == len(text)
        out.settle(20)
    assert file.read_text("utf-8") == "".join(said)
    assert out.is_heard


async def test_what_a_locale_cannot_write_is_replaced(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as taking:
        out = Output(taking.fileno(), "iso-8859-1")
        out.write("„schön“ \udcff\n")
        out.settle(20)
    assert (tmp_path / "out").read_bytes() == "?schön? ?\n".encode("iso-8859-1")


async def test_what_is_left_out_is_counted_and_said_once_somebody_listens(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(output, "MAX_WAITING_BYTES", 200_000)
    reading, writing = os.pipe()
    out = Output(writing)
    for _ in range(40):
        out.write("x" * 10_000)
    assert not out.is_heard
    with os.fdopen(reading, "rb") as rest:
        taking = asyncio.create_task(asyncio.to_thread(rest.read))
        await asyncio.to_thread(out.settle, 20)
        assert out.is_heard
        out.write("again")
        out.settle(20)
        os.close(writing)
        taken = await taking
    [record] = caplog.records
    left_out = int(record.getMessage().split()[0])
    assert 0 < left_out <= 20
    assert len(taken) == (40 - left_out) * 10_000 + len("again")


async def test_a_full_disk_is_over_when_there_is_room(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with full() as sink, (tmp_path / "out").open("wb") as room:
        out = Output(sink)
        out.write("lost\n")
        out.settle(20)
        assert not out.is_heard
        os.dup2(room.fileno(), sink)
        out.write("kept\n")
        out.settle(20)
        assert out.is_heard
    assert (tmp_path / "out").read_text() == "kept\n"
    assert [record.getMessage() for record in caplog.records] == [
        "1 messages were left out before this: nobody took them."
    ]


async def test_an_output_that_somebody_made_nonblocking_is_waited_for_by_its_thread() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    out = Output(writing)
    said = b"y" * 300_000
    out.write(said.decode())
    assert read_all(reading, len(said)) == said
    os.close(reading)
    os.close(writing)
