"""A migration that was released is never edited: databases have it as it was."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from rota.migrations.runner import FOLDER, known_versions

LIST = "released.sha256"


def digest(folder: Path, version: str) -> str:
    return sha256((folder / f"{version}.py").read_bytes()).hexdigest()


def faults(folder: Path) -> list[str]:
    """Only the newest may be missing in the list: it is edited until its release, and at the
    latest listed with the one that comes after it."""
    lines = (folder / LIST).read_text().splitlines()
    released = {name.removesuffix(".py"): digest for digest, name in map(str.split, lines)}
    known = known_versions(folder)
    found = [f"{version} is gone" for version in released.keys() - known]
    for number, version in enumerate(known, start=1):
        if version.partition("_")[0] != str(number):
            found.append(f"{version} should have the number {number}")
        if version in released and released[version] != digest(folder, version):
            found.append(f"{version} was edited")
        if version not in released and version != known[-1]:
            found.append(f"{version} is not listed: run `sha256sum {version}.py >> {LIST}` there")
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder as it is once the newest is released, and the next one is begun."""
    folder = tmp_path / "copy"
    shutil.copytree(FOLDER, folder)
    known = known_versions(folder)
    lines = [f"{digest(folder, version)}  {version}.py\n" for version in known]
    (folder / LIST).write_text("".join(lines))
    begin(folder, len(known) + 1)
    return folder


def begin(folder: Path, number: int) -> None:
    (folder / f"{number}_new.py").write_text("UPGRADE = DOWNGRADE = ''\n")


def test_X11_no_released_migration_was_edited() -> None:
    assert not faults(FOLDER)


def test_X11_one_that_is_not_released_may_still_be_edited(copy: Path) -> None:
    assert not faults(copy)


def test_X11_an_edited_one_is_found(copy: Path) -> None:
    file = copy / "1_first.py"
    file.write_text(file.read_text().replace("TEXT", "VARCHAR", 1))
    assert faults(copy) == ["1_first was edited"]


def test_X11_one_that_is_gone_is_found(copy: Path) -> None:
    (copy / "1_first.py").unlink()
    assert "1_first is gone" in faults(copy)


def test_X11_one_that_was_not_listed_is_found_with_the_next(copy: Path) -> None:
    number = len(known_versions(copy))
    begin(copy, number + 1)
    assert faults(copy) == [
        f"{number}_new is not listed: run `sha256sum {number}_new.py >> {LIST}` there"
    ]


def test_X11_a_number_that_two_have_or_none_is_found(copy: Path) -> None:
    number = len(known_versions(copy))
    (copy / f"{number}_new.py").rename(copy / f"{number + 1}_new.py")
    assert faults(copy) == [f"{number + 1}_new should have the number {number}"]
    (copy / f"{number + 1}_new.py").rename(copy / f"{number - 1}_new.py")
    assert any(f"should have the number {number}" in fault for fault in faults(copy))
