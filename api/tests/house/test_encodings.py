"""Files are read and written as UTF-8, whatever the locale: each place says how."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.rules import ROOT

# By name: at which place among the arguments the encoding stands.
PLACES = {"read_text": 0, "write_text": 1}
MODE = {"open": 1, "fdopen": 1}


def unsaid(folder: Path) -> list[str]:
    """Where text is read or written without a word on its encoding."""
    return [
        f"{file.relative_to(folder)}:{call.lineno}"
        for file in sorted(folder.rglob("*.py"))
        for call in _calls(ast.parse(file.read_text("utf-8")))
    ]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        if any(word.arg == "encoding" for word in call.keywords):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else _name(call.func)
        if (name in PLACES and len(call.args) <= PLACES[name]) or (
            name in MODE and _is_text(call, name)
        ):
            yield call


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _is_text(call: ast.Call, name: str) -> bool:
    if isinstance(call.func, ast.Attribute) and name == "open":
        # A path's own: its mode comes first. Others of this name open no file.
        is_path = isinstance(call.func.value, ast.BinOp) or "path" in ast.unparse(call.func.value)
        return is_path and not _is_binary(call, 0)
    return not _is_binary(call, MODE[name])


def _is_binary(call: ast.Call, place: int) -> bool:
    given = [word.value for word in call.keywords if word.arg == "mode"] + call.args[place:][:1]
    return any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in given)


def test_every_file_that_is_opened_says_its_encoding() -> None:
    assert unsaid(ROOT / "api/rota") == []


@pytest.mark.parametrize(
    "line",
    [
        "text = path.read_text()",
        "path.write_text(text)",
        "file = open(path)",
        "file = open(path, 'w')",
        "file = os.fdopen(handle, 'w')",
        "file = self.path.open(errors='replace')",
        "file = (folder / 'a').open('w')",
    ],
)
def test_one_that_does_not_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{line}\n")
    assert unsaid(tmp_path) == ["a.py:1"]


@pytest.mark.parametrize(
    "line",
    [
        "text = path.read_text('utf-8')",
        "path.write_text(text, encoding='utf-8')",
        "file = open(path, 'rb')",
        "file = os.fdopen(handle, 'wb')",
        "secret = cipher.open(sealed, bound_to)",
        "file = self.path.open('r+b')",
    ],
)
def test_one_that_does_is_none(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{line}\n")
    assert unsaid(tmp_path) == []
