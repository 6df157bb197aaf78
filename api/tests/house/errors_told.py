"""Which domain errors a service function raises, by itself or through the private helpers of its
file, and whether its docstring names them."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from rota.platform.kernel.errors import DomainError

Function = ast.FunctionDef | ast.AsyncFunctionDef


def untold_errors(source: str, errors: set[str]) -> list[str]:
    """`function: Error` for each of `errors` that a public function of the file can raise and whose
    name its docstring does not hold."""
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    return [
        f"{name}: {error}"
        for name, function in functions.items()
        if not name.startswith("_")
        for error in sorted(_raised(name, functions, errors, set()))
        if error not in (ast.get_docstring(function) or "")
    ]


def domain_errors(module: str) -> set[str]:
    """The names that stand for domain errors in a module."""
    names = vars(import_module(module)).items()
    return {
        name for name, value in names if isinstance(value, type) and issubclass(value, DomainError)
    }


def service_files(package: Path) -> list[Path]:
    return sorted(package.glob("*/service.py"))


def _raised(
    name: str, functions: dict[str, Function], errors: set[str], seen: set[str]
) -> set[str]:
    seen.add(name)
    caught = set(_caught(functions[name]))
    found = {error for error in _raised_here(functions[name]) if error in errors}
    for called in _named(functions[name]):
        if called.startswith("_") and called in functions and called not in seen:
            found |= _raised(called, functions, errors, seen)
    return found - caught


def _raised_here(function: Function) -> Iterator[str]:
    """`raise X`, `raise X(…)`, `raise X.at(…)`, and what a helper returns to be raised."""
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield from (part.id for part in ast.walk(node.exc) if isinstance(part, ast.Name))


def _caught(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            yield from (part.id for part in ast.walk(node.type) if isinstance(part, ast.Name))


def _named(function: Function) -> Iterator[str]:
    """What it calls, or hands over to be called."""
    return (node.id for node in ast.walk(function) if isinstance(node, ast.Name))
