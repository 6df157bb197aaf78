"""Whether a slice's files are taken into account. Runs over the `rota` that is imported."""

import inspect
import tomllib
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import rota
from rota.platform.kernel.events import Event
from rota.platform.kernel.jobs import Job
from rota.platform.worker import WorkerSlice
from rota.slices import SLICES, collect
from rota.wiring import RULES

FOLDER = Path(rota.__file__).parent
FILES = ("schema", "worker", "models")


def unregistered(pyproject: Path) -> list[str]:
    """What is forgotten, by name."""
    rules = tomllib.loads(pyproject.read_text())["tool"]["importlinter"]["contracts"]
    return [
        *_slices_left_out(rules[0]["layers"]),
        *_slices_without_rule({rule["name"] for rule in rules}),
        *_jobs_without_handler(),
        *_listeners_without_event(),
    ]


def _slices_left_out(layers: list[str]) -> Iterator[str]:
    """SLICES names all that have files for it, and none before those that it may import."""
    heights = _heights(layers)
    given = [_name(slice_) for slice_ in SLICES]
    for name in heights:
        if name not in given and any((FOLDER / name / f"{file}.py").exists() for file in FILES):
            yield f"rota.slices leaves {name} out"
    if sorted(given, key=heights.__getitem__) != given:
        yield "rota.slices is not in the order of the layers"


def _heights(layers: list[str]) -> dict[str, int]:
    """At which height the house has each of its slices."""
    begin, end = layers.index("slices"), next(i for i, x in enumerate(layers) if "graphql" in x)
    return {
        name.strip(" ()"): -height
        for height, layer in enumerate(layers[begin + 1 : end])
        for name in layer.split("|")
    }


def _slices_without_rule(names: Iterable[str]) -> Iterator[str]:
    for slice_ in SLICES:
        if f"Inside {_name(slice_)}" not in names:
            yield f"{_name(slice_)} has no layers rule of its own"


def _jobs_without_handler() -> Iterator[str]:
    handled = {job for one in collect("worker", WorkerSlice) for job in one.handlers}
    for file in _modules("jobs"):
        for _, job in inspect.getmembers(file, inspect.isclass):
            if issubclass(job, Job) and job.__module__ == file.__name__ and job not in handled:
                yield f"nobody handles {job.__name__}"


def _listeners_without_event() -> Iterator[str]:
    """A service's public function that takes an `event` listens to it."""
    for file in _modules("service"):
        for name, function in inspect.getmembers(file, inspect.isfunction):
            event = function.__annotations__.get("event")
            if name.startswith("_") or not (isinstance(event, type) and issubclass(event, Event)):
                continue
            if function not in (*RULES.listeners.get(event, ()), RULES.audit):
                yield f"{file.__name__}.{name} is not wired"


def _modules(name: str) -> Iterator[ModuleType]:
    for slice_ in SLICES:
        if (FOLDER / _name(slice_) / f"{name}.py").exists():
            yield import_module(f"{slice_.__name__}.{name}")


def _name(slice_: ModuleType) -> str:
    return slice_.__name__.rpartition(".")[2]
