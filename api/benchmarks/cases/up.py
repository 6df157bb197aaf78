"""`rota up`, cold and warm, until it is ready; and what it holds when nobody asks anything."""

import asyncio
import json
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.figures import PRODUCT, Figures, at_most
from benchmarks.measure import PROC, family, memory
from benchmarks.site import Site
from tests.http.process import free_port
from tests.scenarios.conftest import ROTA, environment, ready

CASE = "rota up, without the demo model"
MEMORY = "memory at rest"
ALL = "API, worker and engines"
SETTLE_SECONDS = 5


async def run(site: Site, figures: Figures, rounds: int) -> None:
    for turn in range(min(rounds, 3)):
        data_dir = site.folder / f"up-{turn}"
        for how in ("cold", "warm"):
            begun = time.perf_counter()
            async with _up(data_dir) as process:
                figures.add(CASE, f"{how}, until ready", "s", PRODUCT, time.perf_counter() - begun)
                if how == "warm":
                    await asyncio.sleep(SETTLE_SECONDS)
                    _weigh(figures, process.pid, data_dir)
    figures.goal(CASE, "cold, until ready", at_most(8))
    figures.goal(CASE, "warm, until ready", at_most(2))
    figures.goal(MEMORY, "worker, PSS", at_most(100))
    figures.goal(MEMORY, f"{ALL}, PSS", at_most(300))


@asynccontextmanager
async def _up(data_dir: Path) -> AsyncIterator[Process]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(*ROTA, "up", "--data-dir", str(data_dir), "--port", str(port)),
        *("--no-browser", "--no-local-model", "--no-sample"),
        env=environment(),
        stdin=DEVNULL,
        stdout=DEVNULL,
    )
    try:
        await ready(f"http://127.0.0.1:{port}", process)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _weigh(figures: Figures, up: int, data_dir: Path) -> None:
    _, postgres, valkey = json.loads((data_dir / "engines.json").read_text())
    parts = {"PostgreSQL": memory(postgres), "Valkey": memory(valkey)}
    for name, command in (("API", "serve"), ("worker", "worker")):
        [pid] = [pid for pid in family(up) if _runs(pid, command)]
        parts[name] = memory(pid)
    parts[ALL] = (sum(rss for rss, _ in parts.values()), sum(pss for _, pss in parts.values()))
    for name, (rss, pss) in parts.items():
        figures.add(MEMORY, f"{name}, PSS", "MB", PRODUCT, pss / 1e6)
        figures.add(MEMORY, f"{name}, RSS", "MB", PRODUCT, rss / 1e6)


def _runs(pid: int, command: str) -> bool:
    words = (PROC / str(pid) / "cmdline").read_bytes().decode().split("\0")
    return words[-2:] == [command, ""]
