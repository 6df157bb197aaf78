"""Answers that are dear to judge, on a whole worker: those who stream beside them go on, and each
costs the worker itself, apart from the process that judges, a second and 50 MB at most (X8)."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from rota.assignments.models import Assignment
from rota.contracts import check_schema
from rota.inference.settings import SettingsChanges
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.runs.claims import sweep
from rota.runs.models import Run, RunStatus
from rota.wiring import RULES
from tests.contracts.test_judging import KINDS, constants
from tests.contracts.test_judging_costs import DEAR, objects
from tests.dose import IS_LONG, dose, tried
from tests.faults.programs import Program
from tests.runs.conftest import Server, vendor
from tests.runs.factories import assignment, ended, history, queued, reached
from tests.scenarios.conftest import environment
from tests.security.measures import MEGABYTES, SECONDS, Cost, cost_of
from tests.vendors.script import Pace, Says

__all__ = ["vendor"]
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells another process's peak"
)
SEED = int(os.environ.get("ROTA_SOAK_SEED", "1"))
BYSTANDERS = 5
NEIGHBOURS, MOST = dose(0, 300), 3_000
PIECES = 5_000  # of a bystander, which are more than it gets to say before it is let go
FORMS, OBJECTS, NUMBERS = "one of 600 for each of 500", "far more objects", "numbers as options"
SHAPES: dict[str, tuple[Any, Any]] = {
    **DEAR,
    OBJECTS: ({"items": {"enum": objects(5_000)}}, [{"a": 4_999}] * 20_000),
    NUMBERS: ({"items": {"enum": [*range(5_000)]}}, [-1] * 5_000),
}
SHORT = (FORMS, OBJECTS, NUMBERS)


@dataclass(frozen=True)
class Flows(Pace):
    """A piece now and then, until it is over: then all that is left."""

    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def passed(self) -> None:
        if not self.is_over.is_set():
            await super().passed()


@dataclass
class Scene:
    """A worker with runs that stream, and a vendor that says what is dear."""

    resources: Resources
    worker: Program
    vendor: Server
    answers: dict[str, Any] = field(default_factory=dict)
    flows: Flows = field(default_factory=lambda: Flows(0.1))
    streaming: list[Run] = field(default_factory=list)

    async def begin(self) -> None:
        self.vendor.default = self._answer
        plain = await assignment(self.resources, base_url=self.vendor.url)
        self.streaming = [await queued(self.resources, plain) for _ in range(BYSTANDERS)]
        for run in self.streaming:
            await reached(self.resources, run, "OUTPUT_DELTA")

    async def end(self) -> list[str]:
        """What is wrong about those that streamed."""
        self.flows.is_over.set()
        found = []
        for one in self.streaming:
            run = await ended(self.resources, one)
            starts = (await history(run)).count("STARTED")
            if (run.status, run.attempt, run.lost_leases, starts) != (RunStatus.SUCCEEDED, 1, 0, 1):
                found.append(f"{run.status.name} at attempt {run.attempt}: {run.error_message}")
        return found

    async def dear(self, what: str, schema: Any, value: Any) -> Assignment:
        self.answers[what] = value
        response = {"type": "object", "properties": {"it": schema}}
        settings = cast("SettingsChanges", {"output_retries": 0})
        return await assignment(
            self.resources,
            base_url=self.vendor.url,
            response_schema=response,
            model_settings=settings,
        )

    async def run(self, what: str, at: Assignment) -> tuple[Run, Cost]:
        """The worker's own costs until it is over, those of the bystanders among them."""
        async with cost_of(self.worker) as cost:
            return await ended(self.resources, await self.ask(what, at)), cost

    async def ask(self, what: str, at: Assignment) -> Run:
        return await queued(self.resources, at, {"message": f"#{what}#"})

    def _answer(self, body: dict[str, Any]) -> Says:
        _, *named = str(body["messages"][-1]["content"]).split("#")
        if named:
            return Says((json.dumps({"it": self.answers[named[0]]}),))
        return Says(('{"category":', *" " * PIECES, '"bug","confidence":0.9}'), self.flows)


def wrong(run: Run) -> list[str]:
    """About how it ended."""
    found = []
    if run.status is not RunStatus.SUCCEEDED and not (run.error_code and run.error_message):
        found.append(f"{run.status.name} without words")
    if run.error_code == "INTERNAL" or run.attempt != 1:
        found.append(f"{run.error_code} at attempt {run.attempt}")
    return found


def dear(cost: Cost) -> list[str]:
    found = [f"{cost.seconds:.1f} s"] if cost.seconds > SECONDS else []
    return found + ([f"{cost.megabytes:.0f} MB"] if cost.megabytes > MEGABYTES else [])


@asynccontextmanager
async def scene(
    resources: Resources, settings: Settings, vendor: Server, folder: Path, *launch: str
) -> AsyncIterator[Scene]:
    environ = environment(
        DATABASE_URL=settings.database_url or "",
        REDIS_URL=settings.redis_url or "",
        ENCRYPTION_KEY=",".join(settings.encryption_keys),
        ROTA_DATA_DIR=str(settings.data_dir),
    )
    worker = Program("worker", environ, folder / "worker.log", launch=launch)
    await worker.start()
    try:
        scene = Scene(resources, worker, vendor)
        await scene.begin()
        yield scene
        assert worker.exits == []
    finally:
        await worker.stop()


def shapes() -> dict[str, tuple[Any, Any]]:
    """Those with a name, and neighbours by a seed."""
    random, found = Random(SEED), {what: SHAPES[what] for what in (SHAPES if IS_LONG else SHORT)}
    for number in range(NEIGHBOURS):
        schema, value = random.choice(KINDS)(random.randint(1, MOST), random.randint(1, MOST))
        if not check_schema({"type": "object", "properties": {"it": schema}}):
            found[f"neighbour {number}"] = (schema, value)
    return found


@pytest.mark.timeout(3_600 if IS_LONG else 120)
async def test_X8_others_on_a_worker_go_on_while_dear_answers_are_judged(
    resources: Resources, settings: Settings, vendor: Server, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    ends = set()
    async with scene(resources, settings, vendor, tmp_path) as here:
        assigned = {what: await here.dear(what, *shape) for what, shape in shapes().items()}
        for what, at in assigned.items():
            run, cost = await here.run(what, at)
            if dear(cost):  # a busy machine is not slow every time, and a hole is
                run, cost = await here.run(what, at)
            found[what] = wrong(run) + dear(cost)
            ends.add(run.error_message)
            tried["answers judged beside others that stream"] += 1
        together = [await here.ask(what, assigned[what]) for what in SHORT]
        for run in together:
            found["together"] = found.get("together", []) + wrong(await ended(resources, run))
        found["bystanders"] = await here.end()
    assert {what: wrongs for what, wrongs in found.items() if wrongs} == {}
    assert len(ends) > 1


@pytest.mark.timeout(300)
async def test_X8_answers_judged_by_the_worker_itself_would_be_found(
    resources: Resources, settings: Settings, vendor: Server, tmp_path: Path
) -> None:
    """The negative control: without bounds, and in the long dose for longer than a lease."""
    many = {"items": {"oneOf": constants(5_000)}}
    async with scene(resources, settings, vendor, tmp_path, "--without", "bounds") as here:
        at = await here.dear(FORMS, *SHAPES[FORMS])
        run, cost = await here.run(FORMS, at)
        assert wrong(run) == []
        assert "MB" in str(dear(cost))
        if IS_LONG:
            at = await here.dear("frozen", many, [4_999] * 20_000)
            run = await here.ask("frozen", at)
            lost = Run.filter(lost_leases__gt=0)
            while not await lost.exists() and not (await Run.get(id=run.id)).finished_at:
                await sweep(resources, RULES)  # as another worker would
            here.flows.is_over.set()
            assert await lost.filter(id__in=[one.id for one in here.streaming]).count() > 0
