"""Logs: for their owner alone, never too long, and what matters is repeated at once."""

import asyncio
import stat
from pathlib import Path

import pytest

from rota.local import log_file
from rota.local.log_file import EchoedLog, LogFile

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
