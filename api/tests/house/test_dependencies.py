"""What is imported is declared in pyproject.toml, and what is declared is used."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rules import ROOT

LINTER = Path(sys.executable).with_name("deptry")
# As `make check` calls it.
PRODUCT = ["api/rota"]
TESTS = ["api/tests", "api/benchmarks", "--ignore", "DEP002,DEP004"]


def faults(folder: Path, arguments: list[str]) -> str:
    """The linter's complaints; none where it is content."""
    done = subprocess.run(
        [LINTER, "--no-ansi", "--config", ROOT / "pyproject.toml", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize("arguments", [PRODUCT, TESTS], ids=["product", "tests"])
def test_what_is_imported_is_declared(arguments: list[str]) -> None:
    assert not faults(ROOT, arguments)


@pytest.mark.parametrize(
    ("arguments", "line", "told"),
    [
        (PRODUCT, "import anyio", "DEP003 'anyio' imported but it is a transitive dependency"),
        (PRODUCT, "import pytest", "DEP004 'pytest' imported but declared as a dev dependency"),
        (PRODUCT, "import nowhere", "DEP001 'nowhere' imported but missing"),
        (PRODUCT, "", "DEP002 'starlette' defined as a dependency but not used"),
        (TESTS, "import anyio", "DEP003 'anyio' imported but it is a transitive dependency"),
    ],
)
def test_what_is_not_is_found(arguments: list[str], line: str, told: str, tmp_path: Path) -> None:
    for folder in ("api/rota", "api/tests", "api/benchmarks"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "planted.py").write_text(line)
    assert told in faults(tmp_path, arguments)
