"""A whole new slice in a copy of the code: it answers a field, handles a job, and has a say in
another slice's transaction."""

import re
import shutil
from pathlib import Path

from tests.house.rules import ROOT

FILES = {
    "__init__.py": '"""Planted."""\n',
    "schema.py": '''"""GraphQL fields of the planted slice."""

import strawberry

from rota.graphql.slice import GraphQLSlice


@strawberry.type
class PlantedQuery:
    @strawberry.field(description="Whether it is there.")
    def planted(self) -> bool:
        return True


SLICE = GraphQLSlice(query=PlantedQuery)
''',
    "worker.py": '''"""Jobs of the planted slice."""

from rota.planted.jobs import Grow
from rota.platform.worker import WorkerProcess, WorkerSlice


async def grow(process: WorkerProcess, height: str) -> None:
    await process.resources.redis.rpush("planted", height)


SLICE = WorkerSlice(handlers={Grow: grow})
''',
    "jobs.py": '''"""Work of the planted slice that may wait a moment."""

from dataclasses import dataclass
from typing import ClassVar

from rota.platform.kernel.jobs import Job


@dataclass(frozen=True, kw_only=True)
class Grow(Job):
    name: ClassVar[str] = "planted.grow"
    height: int
''',
    "service.py": '''"""What can be done with the planted slice."""

from rota.platform.kernel.errors import DomainError
from rota.platform.unit_of_work import UnitOfWork
from rota.tasks.events import TaskDeleting


async def refuse_task_deletion(_: UnitOfWork, event: TaskDeleting) -> None:
    raise DomainError(f"The planted slice needs {event.id}.")
''',
}
WIRING = """
from dataclasses import replace

from rota.planted import service as planted

listeners = {**RULES.listeners}
listeners[TaskDeleting] = [*listeners[TaskDeleting], planted.refuse_task_deletion]
RULES = replace(RULES, listeners=listeners)
"""
OWN_RULE = """
[[tool.importlinter.contracts]]
name = "Inside planted"
type = "layers"
containers = ["rota.planted"]
exhaustive = true
layers = ["schema | worker", "service", "jobs"]
"""


def plant(folder: Path, *, without: str = "") -> Path:
    """Copies the code, and registers the slice in all places but one. Returns the pyproject."""
    shutil.copytree(ROOT / "api/rota", folder / "rota", ignore=shutil.ignore_patterns("static"))
    for name, text in FILES.items():
        file = folder / "rota/planted" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    pyproject = folder / "pyproject.toml"
    rules = (ROOT / "pyproject.toml").read_text()
    if without != "layers":
        rules = rules.replace('\n    "slices",\n', '\n    "slices",\n    "planted",\n') + OWN_RULE
    pyproject.write_text(rules)
    slices, wiring = folder / "rota/slices.py", folder / "rota/wiring.py"
    if without != "slices":
        text = re.sub(r"SLICES = \((.*?),?\s*\)", r"SLICES = (\1, planted)", slices.read_text())
        slices.write_text(text.replace("from rota import ", "from rota import planted, "))
    if without != "wiring":
        wiring.write_text(wiring.read_text() + WIRING)
    return pyproject
