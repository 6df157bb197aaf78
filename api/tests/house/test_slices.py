"""A new slice is registered in three places, and none of them can be forgotten."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from rota.platform.settings import Settings
from rota.slices import SLICES
from tests.house import planted
from tests.house.planted import plant
from tests.house.registered import unregistered
from tests.house.rules import ROOT
from tests.house.test_directions import run_linter

PYPROJECT = ROOT / "pyproject.toml"
CHILD = Path(__file__).with_name("child.py")


async def came_of(pyproject: Path, settings: Settings) -> Any:
    """What the planted slice does, as its process tells it."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROTA_")},
        "ROTA_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "ENCRYPTION_KEY": ",".join(settings.encryption_keys),
        "PYTHONPATH": os.pathsep.join([str(pyproject.parent), str(ROOT / "api")]),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-W", "error", str(CHILD), str(pyproject)),
        env=environ, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, err.decode()
    return json.loads(out)


def test_nothing_is_forgotten() -> None:
    assert unregistered(PYPROJECT) == []


def test_another_order_than_that_of_the_layers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.house.registered.SLICES", SLICES[::-1])
    assert "rota.slices is not in the order of the layers" in unregistered(PYPROJECT)


@pytest.mark.usefixtures("resources")
async def test_a_new_slice_takes_part(tmp_path: Path, settings: Settings) -> None:
    pyproject = plant(tmp_path)
    assert await came_of(pyproject, settings) == {
        "answer": {"planted": True},
        "handled": "3",
        "refused": True,
        "unregistered": [],
    }
    status, report = run_linter(tmp_path, pyproject)
    assert status == 0, report


@pytest.mark.usefixtures("resources")
@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("slices", "rota.slices leaves planted out"),
        ("wiring", "rota.planted.service.refuse_task_deletion is not wired"),
    ],
)
async def test_a_place_left_out_is_found(
    place: str, told: str, tmp_path: Path, settings: Settings
) -> None:
    pyproject = plant(tmp_path, without=place)
    assert told in (await came_of(pyproject, settings))["unregistered"]


def test_a_layer_left_out_is_found(tmp_path: Path) -> None:
    status, report = run_linter(tmp_path, plant(tmp_path, without="layers"))
    assert status == 1, report
    assert "- rota.planted" in report


@pytest.mark.usefixtures("resources")
async def test_a_job_that_nobody_handles_is_found(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = planted.FILES["worker.py"].replace("handlers={Grow: grow}", "")
    monkeypatch.setitem(planted.FILES, "worker.py", idle)
    pyproject = plant(tmp_path)
    assert "nobody handles Grow" in (await came_of(pyproject, settings))["unregistered"]
