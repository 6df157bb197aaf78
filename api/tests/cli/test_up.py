"""F1: one command, and a real typed job runs on a model that came with it."""

import asyncio
import json
import os
import re
import signal
import stat
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import httpx
import pytest

from rota.cli.commands.up.sample import RESPONSE
from rota.contracts import compile_contract
from rota.local.embedded import running_engines
from rota.local.local_model import local_model_available
from tests.cli.conftest import on
from tests.cli.process import Up, processes_of, rota, up
from tests.http.process import free_port
from tests.scenarios.client import Client

RUN = "query ($id: ID!) { run(id: $id) { status output error { code message } } }"
PROVIDERS = "{ providers { nodes { name type baseUrl validationStatus models { name } } } }"
WATCH = "subscription ($id: ID!) { runEvents(runId: $id) { __typename } }"


def shown_mutation(running: Up) -> str:
    found = re.search(r"^mutation \{.*?^\}", running.output, re.MULTILINE | re.DOTALL)
    assert found, running.output
    return found[0]


def shown_code(text: str) -> str:
    found = re.search(r"^http://\S+/#code=(\S+)$", text, re.MULTILINE)
    assert found, text
    return found[1]


async def sign_in(running: Up, code: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(f"{running.url}/session", json={"code": code})


async def run_shown(running: Up, client: Client) -> str:
    result = (await client.ask(shown_mutation(running)))["runTask"]
    async with client.watch(WATCH, id=result["run"]["id"]) as events:
        await events.rest()
    identifier: str = result["run"]["id"]
    return identifier


async def test_F1_the_mutation_that_is_shown_runs_on_the_demo_model(
    demo: Up, client: Client
) -> None:
    run = (await client.ask(RUN, id=await run_shown(demo, client)))["run"]
    assert (run["status"], run["error"]) == ("SUCCEEDED", None)
    assert not compile_contract(RESPONSE).issues(run["output"])
    assert run["output"]["category"] in {"bug", "feature", "question", "discussion"}


async def test_F1_the_demo_model_is_a_provider_that_is_connected(demo: Up, client: Client) -> None:
    async with asyncio.timeout(10):
        while True:
            [provider] = (await client.ask(PROVIDERS))["providers"]["nodes"]
            if provider["validationStatus"] not in ("PENDING", "VALIDATING"):
                break
    assert provider["name"] == "Local demo model"
    assert provider["type"] == "OPENAI_COMPATIBLE"
    assert provider["validationStatus"] == "CONNECTED"
    assert [model["name"] for model in provider["models"]] == ["gemma-3-270m"]


async def test_X1_the_link_that_is_shown_signs_in_once(demo: Up) -> None:
    code = shown_code(demo.output)
    first, second = await sign_in(demo, code), await sign_in(demo, code)
    assert first.status_code == 200
    assert first.json()["half"]
    assert second.status_code == 401


async def test_X1_open_makes_another_link(demo: Up) -> None:
    made = await rota("open", "--role", "viewer", "--name", "Grace", "--json", *on(demo))
    link = json.loads(made.out)["url"]
    assert link.startswith(f"{demo.url}/#code=")
    answer = await sign_in(demo, shown_code(link))
    async with httpx.AsyncClient(cookies=answer.cookies, trust_env=False) as http:
        viewer = await http.post(
            f"{demo.url}/graphql",
            json={"query": "{ viewer { name role } }"},
            headers={"X-Rota-Session": answer.json()["half"]},
        )
    assert viewer.json()["data"]["viewer"] == {"name": "Grace", "role": "VIEWER"}


async def test_a_second_up_on_the_folder_is_refused_by_name(demo: Up) -> None:
    second = await rota("up", "--no-browser", "--port", str(free_port()), *on(demo))
    assert second.status == 1
    assert f"in use by pid {demo.process.pid}" in second.problem


async def test_a_taken_port_is_named_before_anything_starts(demo: Up, data_dir: Path) -> None:
    taken = str(demo.port)
    done = await rota("up", "--no-browser", "--port", taken, "--data-dir", data_dir)
    assert done.status == 1
    assert f"port {taken}" in done.problem
    assert f"--port {demo.port + 1}" in done.problem
    assert names_in(data_dir) == {"rota.lock"}


def names_in(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


async def test_X9_every_file_and_folder_is_its_owners_alone(demo: Up) -> None:
    modes = {
        path: stat.S_IMODE(path.lstat().st_mode)
        for path in (demo.data_dir, *demo.data_dir.rglob("*"))
    }
    assert demo.data_dir / "encryption.key" in modes
    assert demo.data_dir / "logs" / "postgresql.log" in modes
    assert {path: mode for path, mode in modes.items() if mode & 0o077} == {}


async def test_X5_no_secret_is_in_any_command_line(demo: Up, client: Client) -> None:
    secrets = {
        "token": client.secret,
        "encryption key": (demo.data_dir / "encryption.key").read_text().strip(),
        "model's key": json.loads((demo.data_dir / "model" / "server.json").read_text())["api_key"],
    }
    assert held_in(processes_of(demo.data_dir), secrets) == set()


def test_X5_a_secret_in_a_command_line_is_found() -> None:
    assert held_in({1: "rota serve", 2: "rota --key abc"}, {"key": "abc"}) == {"key"}


def held_in(processes: Mapping[int, str], secrets: Mapping[str, str]) -> set[str]:
    assert processes
    told = " ".join(processes.values())
    return {name for name, secret in secrets.items() if secret in told}


async def test_doctor_finds_all_well(demo: Up) -> None:
    done = await rota("doctor", "--json", *on(demo))
    findings = {finding["check"]: finding["ok"] for finding in json.loads(done.out)}
    assert done.status == 0, done.out
    assert findings == dict.fromkeys(
        (
            *("versions", "settings", "data directory", "stores"),
            *("database", "schema", "keys", "redis", "workers"),
        ),
        True,
    )


async def test_doctor_names_a_file_that_others_may_read(demo: Up) -> None:
    key = demo.data_dir / "encryption.key"
    key.chmod(0o644)
    try:
        done = await rota("doctor", *on(demo))
    finally:
        key.chmod(0o600)
    assert done.status == 1
    assert f"chmod 600 {key}" in done.out


async def test_prune_removes_what_ended_long_ago(demo: Up, client: Client) -> None:
    old, new = await run_shown(demo, client), await run_shown(demo, client)
    engines = running_engines(demo.data_dir)
    assert engines
    connection = await asyncpg.connect(engines.database_url)
    await connection.execute(
        "UPDATE run SET finished_at = finished_at - interval '91 days' WHERE id = $1", old
    )
    events = await connection.fetchval("SELECT count(*) FROM run_event WHERE run_id = $1", old)
    done = await rota("prune", "--older-than", "90d", *on(demo))
    left = await connection.fetchval("SELECT count(*) FROM run_event WHERE run_id = $1", old)
    await connection.close()
    assert done.out == "1 runs removed.\n"
    assert events > left == 0
    assert (await client.ask(RUN, id=old))["run"] is None
    assert (await client.ask(RUN, id=new))["run"]["status"] == "SUCCEEDED"


@pytest.mark.parametrize("name", ["api", "worker-1"])
async def test_a_process_that_is_killed_is_started_again(
    demo: Up, client: Client, name: str
) -> None:
    command = {"api": "serve", "worker-1": "worker"}[name]
    [pid] = [
        pid for pid, line in processes_of(demo.data_dir).items() if line.endswith(f"{command} ")
    ]
    os.kill(pid, signal.SIGKILL)
    await demo.until(f"{name} was killed by SIGKILL")
    async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(20):
        while True:
            try:
                answer = await http.get(f"{demo.url}/readyz")
            except httpx.TransportError:
                continue
            if answer.json() == {"degraded": []}:
                break
    run = (await client.ask(RUN, id=await run_shown(demo, client)))["run"]
    assert run["status"] == "SUCCEEDED"


async def test_the_demo_model_that_is_killed_is_started_again(demo: Up, client: Client) -> None:
    [pid] = [pid for pid, line in processes_of(demo.data_dir).items() if "model_server" in line]
    os.kill(pid, signal.SIGKILL)
    await demo.until("The demo model was killed by SIGKILL. Starting it again in 0.2 s.")
    known = json.loads((demo.data_dir / "model" / "server.json").read_text())
    headers = {"Authorization": f"Bearer {known['api_key']}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as http, asyncio.timeout(60):
        while True:
            try:
                answer = await http.get(f"http://127.0.0.1:{known['port']}/v1/models")
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                break
    run = (await client.ask(RUN, id=await run_shown(demo, client)))["run"]
    assert run["status"] == "SUCCEEDED"


@pytest.mark.skipif(not local_model_available(), reason="the extra is not installed")
async def test_F1_without_a_demo_model_that_starts_rota_goes_on(data_dir: Path) -> None:
    weights = data_dir / "model" / "gemma-3-270m.gguf"
    weights.parent.mkdir(parents=True)
    weights.write_text("not a model")
    (data_dir / "rota.lock").touch()
    async with up(data_dir, free_port()) as running:
        await running.until("Ctrl-C")
        assert f"If {weights} is damaged, remove it; or start" in running.output
        assert "Rota goes on without it.\n" in running.output
        assert await running.end() == 0
