"""`rota up` keeps what it started, each for itself, and waits for nobody who should read it."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import httpx
import pytest

from rota.local.embedded import Engines, running_engines
from tests.cli.conftest import short_folder
from tests.cli.process import ROTA, environment, processes_of, rota
from tests.dose import IS_LONG, dose, tried
from tests.faults.vendor import CountingVendor
from tests.http.process import free_port
from tests.local.conftest import eventually
from tests.platform.sinks import unread
from tests.scenarios.client import Client
from tests.scenarios.documents import (
    ASSIGN_TASK,
    CLASSIFICATION_SCHEMA,
    CREATE_AGENT,
    CREATE_PROVIDER,
    CREATE_TASK,
    MESSAGE_SCHEMA,
    RUN_TASK,
)
from tests.vendors.server import serve

KILLS = dose(2, 150)
SEED = int(os.environ.get("ROTA_SOAK_SEED", "1"))
TIMES = (1, 1, 1, 2, 3)  # an engine is killed, again while it starts
EVENTS = "query ($id: ID!) { run(id: $id) { events { __typename sequence } } }"
RUN = "query ($id: ID!) { run(id: $id) { status attempt finishedAt } }"


@dataclass
class Kept:
    process: asyncio.subprocess.Process
    data_dir: Path
    client: Client
    vendor: CountingVendor
    assignment: str = ""

    @property
    def engines(self) -> Engines:
        found = running_engines(self.data_dir)
        assert found
        return found

    def pid_of(self, program: str) -> int | None:
        """While it has one that is not about to begin."""
        found = [pid for pid, line in processes_of(self.data_dir).items() if program in line]
        pids = [pid for pid in found if parent(pid) == self.process.pid]
        return pids[0] if pids else None

    async def other_pid(self, program: str, than: Collection[int]) -> int:
        async with asyncio.timeout(20):
            while True:
                pid = self.pid_of(program)
                if pid is not None and pid not in than:
                    return pid
                await asyncio.sleep(0.002)

    async def kill(self, program: str, times: int) -> None:
        """And again while it starts; until it runs."""
        killed = set[int]()
        for _ in range(times):
            pid = await self.other_pid(program, killed)
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        await eventually(lambda: killed.isdisjoint(vars(self.engines).values()))

    async def run(self, name: str, **more: str) -> str:
        asked = {"assignmentId": self.assignment, "input": {"message": name}}
        run: str = (await self.client.change(RUN_TASK, **asked, **more))["run"]["id"]
        return run

    async def end(self, run: str) -> Any:
        async with asyncio.timeout(30):
            while not (found := (await self.client.ask(RUN, id=run))["run"])["finishedAt"]:
                pass
        return found["status"], found["attempt"]

    async def well(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(60):
            while True:
                assert self.process.returncode is None, "it ended"
                with suppress(httpx.TransportError):
                    answer = await http.get(f"{self.client.url}/readyz")
                    if answer.json() == {"degraded": []}:
                        return
                await asyncio.sleep(0.05)


def parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


@pytest.fixture(scope="module")
async def kept() -> AsyncIterator[Kept]:
    """Its output goes into a pipe that is full."""
    port = free_port()
    vendor = CountingVendor(Random(1))
    with short_folder() as folder, unread() as full:
        os.set_blocking(full, False)
        with suppress(BlockingIOError):
            while os.write(full, b"x" * 4096):
                pass
        os.set_blocking(full, True)
        data_dir = folder / "data"
        process = await asyncio.create_subprocess_exec(
            *ROTA, "up", "--data-dir", str(data_dir), "--port", str(port), "--no-browser",
            "--no-local-model", "--no-sample", env=environment(), stdin=asyncio.subprocess.DEVNULL,
            stdout=full, stderr=full, start_new_session=True,
        )  # fmt: skip
        try:
            await Kept(process, data_dir, Client(f"http://127.0.0.1:{port}", ""), vendor).well()
            made = await rota("token", "create", "--name", "A", "--role", "owner",
                              "--data-dir", data_dir)  # fmt: skip
            client = Client(f"http://127.0.0.1:{port}", made.out.strip())
            async with serve(vendor.double.app) as url:
                kept = Kept(process, data_dir, client, vendor)
                kept.assignment = await set_up(client, f"{url}/v1")
                yield kept
            await client.close()
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await eventually(lambda: not processes_of(data_dir))


async def set_up(client: Client, url: str) -> str:
    kind = "OPENAI_COMPATIBLE"
    provider = await client.change(CREATE_PROVIDER, name="Vendor", type=kind, baseUrl=url)
    task = await client.change(
        CREATE_TASK,
        name="Sort",
        requestSchema=MESSAGE_SCHEMA,
        responseSchema=CLASSIFICATION_SCHEMA,
    )
    agent = await client.change(
        CREATE_AGENT,
        name="Sorter",
        providerId=provider["provider"]["id"],
        systemPrompt="You sort messages.",
        userPrompt="{{message}}",
        modelName="small",
    )
    ids = {"agentId": agent["agent"]["id"], "taskId": task["task"]["id"]}
    made: str = (await client.change(ASSIGN_TASK, **ids))["assignment"]["id"]
    return made


async def test_D6_valkey_killed_and_killed_again_while_it_starts_costs_no_call(kept: Kept) -> None:
    run = await kept.run("#held-1")
    await eventually(lambda: bool(kept.vendor.calls["#held-1"]))
    before = kept.engines
    killing = asyncio.create_task(kept.kill("valkey-server", 4))
    await eventually(lambda: kept.pid_of("valkey-server") != before.valkey_pid)
    meanwhile = await kept.run("#quick-2")
    await killing
    await kept.well()
    assert kept.engines.postgres_pid == before.postgres_pid
    assert await kept.end(meanwhile) == ("SUCCEEDED", 1)
    kept.vendor.gates["#held-1"].open_for_good()
    assert await kept.end(run) == ("SUCCEEDED", 1)
    assert [len(kept.vendor.calls[name]) for name in ("#held-1", "#quick-2")] == [1, 1]


async def test_D7_postgresql_killed_is_started_again_alone(kept: Kept) -> None:
    before = kept.engines
    os.kill(before.postgres_pid, signal.SIGKILL)
    await eventually(lambda: kept.engines.postgres_pid != before.postgres_pid)
    await kept.well()
    assert kept.engines.valkey_pid == before.valkey_pid
    assert (await kept.end(await kept.run("#quick-3")))[0] == "SUCCEEDED"


@pytest.mark.timeout(3600 if IS_LONG else 120)
async def test_D1_D2_engines_killed_one_by_one_lose_and_double_nothing(kept: Kept) -> None:
    """While one run follows the other; each was acknowledged, whatever was away then."""
    random, runs, took = Random(SEED), dict[str, str](), list[float]()
    is_over = asyncio.Event()

    async def work(customer: int) -> None:
        for number in count():
            if is_over.is_set():
                return
            name = f"#quick-{customer}-{number}"
            while name not in runs:
                with suppress(AssertionError, httpx.TransportError):
                    runs[name] = await kept.run(name, idempotencyKey=name)
                await asyncio.sleep(0.2)

    working = [asyncio.create_task(work(customer)) for customer in range(4)]
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(0, 0.5))
        begun = time.monotonic()
        await kept.kill(random.choice(("postgres", "valkey-server")), random.choice(TIMES))
        await kept.well()
        took.append(time.monotonic() - begun)
    is_over.set()
    await asyncio.gather(*working)
    assert len(runs) > KILLS
    for run in runs.values():
        assert (await kept.end(run))[0] == "SUCCEEDED"
        events = (await kept.client.ask(EVENTS, id=run))["run"]["events"]
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
        kinds = [event["__typename"] for event in events]
        assert kinds[0] == "RunQueued"
        assert [kinds.index("RunSucceeded"), kinds.count("RunSucceeded")] == [len(events) - 1, 1]
    tried["engines killed under `rota up`"] += KILLS
    tried["milliseconds until all was well again, mostly"] = round(median(took) * 1_000)
    tried["milliseconds until all was well again, at most"] = round(max(took) * 1_000)
    tried["runs meanwhile"] += len(runs)


async def test_D8_a_signal_ends_it_though_nobody_reads_what_it_says(kept: Kept) -> None:
    kept.process.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        assert await kept.process.wait() == 0
    assert processes_of(kept.data_dir) == {}
