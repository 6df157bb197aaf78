"""One server per data directory, and no data directory that is not Rota's."""

import os
import stat
from pathlib import Path

import pytest

from rota.local.errors import DataDirectoryInUseError, DataDirectoryUnusableError, LocalError
from rota.local.folders import socket_folder
from rota.local.locks import lock_data_dir, lock_for_children
from tests.local.conftest import StartChild


async def test_a_second_start_is_refused_and_names_the_first(
    data_dir: Path, start_child: StartChild
) -> None:
    first = await start_child("hold", data_dir)
    await first.until("started")
    with pytest.raises(DataDirectoryInUseError, match=f"pid {first.pid}"), lock_data_dir(data_dir):
        pass
    second = await start_child("hold", data_dir)
    assert f"in use by pid {first.pid}" in await second.until("refused")
    assert await first.stop() == 0
    with lock_data_dir(data_dir):
        pass


def test_X9_a_new_data_directory_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    data_dir = tmp_path / "deep" / "data"
    with lock_data_dir(data_dir):
        assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
        assert stat.S_IMODE((data_dir / "rota.lock").stat().st_mode) == 0o600
    data_dir.chmod(0o755)
    with lock_data_dir(data_dir):
        assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(DataDirectoryUnusableError, match="not Rota's"), lock_data_dir(tmp_path):
        pass
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_data_directory_is_refused(tmp_path: Path) -> None:
    with lock_data_dir(tmp_path):
        pass
    os.chown(tmp_path / "rota.lock", 54321, 54321)
    with pytest.raises(DataDirectoryUnusableError, match="id 54321"), lock_data_dir(tmp_path):
        pass


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with (
        pytest.raises(DataDirectoryUnusableError, match="File exists"),
        lock_data_dir(tmp_path / "data"),
    ):
        pass


async def test_engines_that_do_not_stop_are_named_after_a_while(tmp_path: Path) -> None:
    lock, told = tmp_path / "engines.lock", list[str]()
    async with lock_for_children(lock, 1, "an engine", told.append):
        assert told == []
        with pytest.raises(LocalError, match="an engine of an earlier run still lives"):
            async with lock_for_children(lock, 0.05, "an engine", told.append):
                pass
    assert told == ["Waiting until an engine of an earlier run has stopped …"]


def test_X9_a_link_in_place_of_the_socket_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    data_dir = tmp_path / ("long" * 30)
    data_dir.mkdir()
    far = socket_folder(data_dir)
    far.rmdir()
    (tmp_path / "elsewhere").mkdir()
    far.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataDirectoryUnusableError, match="another user"):
        socket_folder(data_dir)
