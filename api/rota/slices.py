"""The slices, from the lowest up; schema.py and worker.py fold what each of them brings.

A slice's files are found by their names (see docs/decisions/0036): the web process must not
load a worker's, nor a worker the web's.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TypeVar

from rota import access, agents, assignments, audit, providers, runs, tasks

SLICES = (access, audit, providers, agents, tasks, assignments, runs)
T = TypeVar("T")


def modules(name: str) -> Iterator[ModuleType]:
    """Each slice's file of this name, of those that have one."""
    for slice_ in SLICES:
        path = f"{slice_.__name__}.{name}"
        if find_spec(path):
            yield import_module(path)


def collect(name: str, kind: type[T]) -> list[T]:
    """The SLICE that each slice's file of this name defines."""
    return [_checked(module, kind) for module in modules(name)]


def _checked(module: ModuleType, kind: type[T]) -> T:
    given = getattr(module, "SLICE", None)
    if not isinstance(given, kind):
        raise TypeError(f"{module.__name__} defines no SLICE that is a {kind.__name__}.")
    return given
