"""No process loads a library that it does not use (tests/libraries.py)."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from rota.cli.commands import COMMANDS, keys, token
from tests import libraries
from tests.libraries import ACTING, API, JUDGE, LAUNCHER, MODEL_SERVER, SCHEMA, UP, WORKER

LOADED = "import sys, {}\nprint(*sys.modules)"
COMMAND = "rota.cli.commands"
ROTA = Path(libraries.__file__).parents[1] / "rota"
GROUPS = {"keys": keys.COMMANDS, "token": token.COMMANDS}
# What a worker folds.
WORKER_FILES = [
    f"rota.{file.parent.name}.worker" for file in ROTA.glob("*/worker.py") if file.parent != ROTA
]
PROCESSES: dict[str, tuple[list[str], set[str]]] = {
    "every command": (["rota.cli.child"], libraries.COMMAND),
    "up, at first": ([f"{COMMAND}.up"], libraries.UP_AT_FIRST),
    "up": ([f"{COMMAND}.up.set_up", f"{COMMAND}.up.welcome"], UP),
    "API": ([f"{COMMAND}.serve"], API),
    "worker": ([f"{COMMAND}.worker", *WORKER_FILES], WORKER),
    "schema": ([f"{COMMAND}.schema"], SCHEMA),
    "keys new": ([f"{COMMAND}.keys.new"], libraries.UP_AT_FIRST),
    "launcher of engines": (["rota.local.launcher"], LAUNCHER),
    "demo model": (["rota.local.model_server"], MODEL_SERVER),
    "judge of dear values": (["rota.contracts.child_main"], JUDGE),
}
OWN = {"up", "serve", "worker", "schema", "keys.new"}
PROCESSES["other commands"] = (
    [
        f"{COMMAND}.{name}"
        for name in (
            *(name for name in COMMANDS if name not in GROUPS),
            *(f"{group}.{name}" for group, lines in GROUPS.items() for name in lines),
        )
        if name not in OWN
    ],
    ACTING,
)
PLANTED = [
    *(
        ("API", "pydantic_ai"),
        ("API", "aiohttp"),
        ("worker", "strawberry"),
        ("worker", "starlette"),
    ),
    *(("up", "graphql"), ("up", "aiohttp"), ("up, at first", "tortoise"), ("demo model", "redis")),
]


async def loaded(modules: list[str]) -> set[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-c", LOADED.format(", ".join(modules)), stdout=PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return libraries.libraries(out.decode().split())


@pytest.mark.parametrize("process", PROCESSES)
async def test_a_process_loads_what_it_uses(process: str) -> None:
    modules, allowed = PROCESSES[process]
    assert await loaded(modules) - allowed == set()


@pytest.mark.parametrize(("process", "planted"), PLANTED)
async def test_what_is_loaded_beyond_it_is_found(process: str, planted: str) -> None:
    """Without the process's own modules, which take their time."""
    _, allowed = PROCESSES[process]
    assert planted in await loaded([planted]) - allowed
