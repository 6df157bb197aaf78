"""The files: short, and in a slice only those that the architecture names."""

from pathlib import Path

from tests.house.rules import LONGEST_FILE, ROOT, SLICES, files_too_long, strangers_in_slices


def test_no_file_is_too_long() -> None:
    assert not files_too_long([ROOT / "api/rota", ROOT / "api/tests", ROOT / "api/benchmarks"])


def test_a_file_that_is_too_long_is_found(tmp_path: Path) -> None:
    (tmp_path / "fits.py").write_text("x\n" * LONGEST_FILE)
    (tmp_path / "long.py").write_text("x\n" * (LONGEST_FILE + 1))

    assert files_too_long([tmp_path]) == [f"{tmp_path / 'long.py'} has {LONGEST_FILE + 1} lines"]


def test_slices_hold_only_the_files_that_the_architecture_names() -> None:
    assert not strangers_in_slices(ROOT / "api/rota")


def test_a_stranger_in_a_slice_is_found(tmp_path: Path) -> None:
    for slice_ in SLICES:
        (tmp_path / slice_).mkdir()
    for file in ("runs/service.py", "runs/execution.py", "agents/utils.py", "tasks/execution.py"):
        (tmp_path / file).touch()
    (tmp_path / "audit/helpers").mkdir()

    assert strangers_in_slices(tmp_path) == [
        "agents/utils.py",
        "audit/helpers",
        "tasks/execution.py",
    ]
