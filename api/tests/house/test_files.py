"""The files are short. Which files there are, the layers rules say."""

from pathlib import Path

from tests.house.rules import LONGEST_FILE, ROOT, files_too_long


def test_no_file_is_too_long() -> None:
    assert not files_too_long([ROOT / "api/rota", ROOT / "api/tests", ROOT / "api/benchmarks"])


def test_a_file_that_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "fits.py").write_text("x\n" * LONGEST_FILE)
    (tmp_path / "long.py").write_text("x\n" * (LONGEST_FILE + 1))

    assert files_too_long([tmp_path]) == [f"{tmp_path / 'long.py'} has {LONGEST_FILE + 1} lines"]
