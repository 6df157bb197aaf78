"""Which errors of its own file a service's function raises, and which its docstring names."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

from rota.platform.kernel.errors import DomainError

Function = ast.FunctionDef | ast.AsyncFunctionDef


def unnamed_errors(service: ModuleType) -> list[str]:
    """Each as function and error: raised by it or by a private helper, and not in its docstring."""
    functions = {
        node.name: node
        for node in ast.parse(inspect.getsource(service)).body
        if isinstance(node, Function)
    }
    return [
        f"{service.__name__}.{name}: {error}"
        for name, function in functions.items()
        if not name.startswith("_")
        for error in sorted(set(_raised(function, functions, service, set())))
        if error not in (ast.get_docstring(function) or "")
    ]


def _raised(
    function: Function, functions: dict[str, Function], service: ModuleType, seen: set[str]
) -> Iterator[str]:
    seen.add(function.name)
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield from _errors(node.exc, service)
        elif isinstance(node, ast.Name) and node.id.startswith("_"):
            helper = functions.get(node.id)
            if helper and node.id not in seen:
                yield from _raised(helper, functions, service, seen)


def _errors(raised: ast.expr, service: ModuleType) -> Iterator[str]:
    """The domain errors among the names of what is raised: `X`, `X(…)`, `X.at(…)`."""
    for node in ast.walk(raised):
        if isinstance(node, ast.Name):
            named = getattr(service, node.id, None)
            if isinstance(named, type) and issubclass(named, DomainError):
                yield node.id
