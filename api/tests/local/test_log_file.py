"""Logs: for their owner alone, never too long, and what matters is repeated at once."""

import asyncio
import errno
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from rota.local import log_file
from rota.local.log_file import EchoedLog, LogFile
from rota.local.process import ChildProcess
from tests.local.conftest import eventually

TEXT = "2026-01-01T00:00:00 WARNING rota.http Late.\n2026-01-01T00:00:00 INFO rota.http In time.\n"
JSON = '{"time": "now", "level": "ERROR", "message": "No."}\n{"level": "INFO", "message": "Yes."}\n'


async def hear(log: EchoedLog, *pieces: str) -> None:
    reader = asyncio.StreamReader()
    for piece in pieces:
        reader.feed_data(piece.encode())
    reader.feed_eof()
    with log.open():
        await log.follow(reader)


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.parametrize(("said", "loud"), [(TEXT, 0), (JSON, 0)], ids=["text", "json"])
async def test_only_warnings_and_errors_are_repeated(said: str, loud: int, tmp_path: Path) -> None:
    echoed = list[str]()
    await hear(EchoedLog(tmp_path / "api.log", echoed.append), said)
    assert echoed == [said.splitlines()[loud]]
    assert (tmp_path / "api.log").read_text() == said


async def test_a_line_is_whole_however_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "CHUNK_BYTES", 5)
    echoed = list[str]()
    log = EchoedLog(tmp_path / "api.log", echoed.append)
    await hear(log, TEXT)
    assert echoed == TEXT.splitlines()[:1]
    assert log.tail() == TEXT.splitlines()[1]


async def test_the_file_of_the_time_before_is_kept(tmp_path: Path) -> None:
    log, before = tmp_path / "api.log", tmp_path / "api.log.1"
    for text in ("one\n", "two\n", "three\n"):
        await hear(EchoedLog(log, lambda _: None), text)
    assert (log.read_text(), before.read_text()) == ("three\n", "two\n")


async def test_a_start_again_goes_on_in_the_same_file(tmp_path: Path) -> None:
    log = EchoedLog(tmp_path / "api.log", lambda _: None)
    for text in ("one\n", "two\n"):
        await hear(log, text)
    assert log.path.read_text() == "one\ntwo\n"


async def test_a_file_that_is_too_long_is_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "MAX_FILE_BYTES", 9)
    monkeypatch.setattr(log_file, "CHUNK_BYTES", 5)
    log = EchoedLog(tmp_path / "api.log", lambda _: None)
    await hear(log, "one.\ntwo.\n3333\nfour\n")
    assert log.path.read_text() == "3333\nfour\n"
    assert (tmp_path / "api.log.1").read_text() == "one.\ntwo.\n"
    own = LogFile(tmp_path / "own.log")
    own.path.write_text("one.\ntwo.\n")
    with own.open():
        assert own.path.read_text() == ""
    assert (tmp_path / "own.log.1").read_text() == "one.\ntwo.\n"


async def test_a_file_grows_too_long_while_its_child_writes_and_is_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "MAX_FILE_BYTES", 9)
    monkeypatch.setattr(log_file, "LOOK_SECONDS", 0.001)
    log = LogFile(tmp_path / "own.log")
    with log.open() as handle:
        following = asyncio.create_task(log.follow(None))
        for number in range(5):
            os.write(handle, b"%d: a line\n" % number)
            await eventually(lambda: log.path.stat().st_size == 0)
            aside = (tmp_path / "own.log.1").read_text()
            assert aside == f"{number}: a line\n"
        os.write(handle, b"the end\n")
        assert log.tail() == "the end"
        following.cancel()
    assert modes(tmp_path) == {0o600}


def no_room(_: Path) -> int:
    return os.open("/dev/full", os.O_WRONLY)


async def test_a_full_disk_stops_nobody_and_is_over_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    echoed = list[str]()
    log = EchoedLog(tmp_path / "api.log", echoed.append)
    with monkeypatch.context() as full:
        full.setattr(log_file, "_append", no_room)
        await hear(log, "lost\n" * 20_000, TEXT)
    assert echoed == [
        f"{log.path} takes no more (No space left on device).",
        TEXT.splitlines()[0],
    ]
    assert log.tail() == TEXT.splitlines()[1]
    await hear(log, "kept\n")
    left_out = 100_000 + len(TEXT)
    assert log.path.read_text() == f"... {left_out} bytes were left out here.\nkept\n"


async def test_a_child_on_a_full_disk_goes_on_and_its_log_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Far more than a pipe holds: it waits for ever where nobody reads."""
    process = ChildProcess(
        "It",
        (sys.executable, "-c", "print('x' * 1_000_000)"),
        log=EchoedLog(tmp_path / "it.log", lambda _: None),
        stop_signals=(),
        death_signal=signal.SIGKILL,
    )
    monkeypatch.setattr(log_file, "_append", no_room)
    async with process.running():
        await process.finish(20)


def test_where_not_even_a_file_can_be_made_a_child_starts_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(log_file, "_append", refuse)
    log = LogFile(tmp_path / "own.log")
    with log.open() as handle:
        os.write(handle, b"to nobody")
    assert log.tail() == ""


def test_a_tail_has_the_last_lines_of_this_start_alone(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "own.log")
    log.path.write_text("yesterday\n")
    with log.open():
        assert log.tail() == ""
        with log.path.open("a") as file:
            file.writelines(f"{number}\n" for number in range(20))
    assert log.tail().splitlines() == [str(number) for number in range(8, 20)]


async def test_X9_logs_are_their_owners_alone(tmp_path: Path) -> None:
    await hear(EchoedLog(tmp_path / "api.log", lambda _: None), "one\n")
    with LogFile(tmp_path / "own.log").open():
        pass
    assert modes(tmp_path) == {0o600}


def test_X9_a_link_in_place_of_a_log_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "own.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"own\.log"), LogFile(tmp_path / "own.log").open():
        pass
    assert not (tmp_path / "elsewhere").exists()
