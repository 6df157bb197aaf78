"""Whether the web process lives, and whether it can do its work."""

import os
from collections.abc import AsyncIterator

import httpx
import orjson
import pytest
from starlette.requests import Request

from rota.http import health
from rota.http.draining import Draining
from rota.migrations.runner import head
from rota.platform import output
from rota.platform.messaging.presence import PREFIX
from rota.platform.output import Output
from rota.platform.resources import Resources
from rota.platform.storage import driver
from rota.platform.storage.database import connection
from rota.platform.storage.statements import Statement
from tests.platform.sinks import full, nothing


@pytest.fixture
async def newer_schema(resources: Resources) -> AsyncIterator[None]:
    await connection().execute_script(
        "INSERT INTO aerich (version, app, content) VALUES ('999_newer.py', 'models', '{}')"
    )
    yield
    await connection().execute_script("DELETE FROM aerich WHERE version = '999_newer.py'")


async def test_without_workers_it_is_ready_but_degraded(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"degraded": ["workers"]})
    await resources.redis.set(f"{PREFIX}x", b'{"worker": "w", "instances": []}')
    assert (await client.get("/readyz")).json() == {"degraded": []}


@pytest.mark.usefixtures("resources")
async def test_D7_a_database_that_took_no_changes_just_now_is_not_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver.trouble, "_at", driver.trouble._at)
    driver.trouble.note(driver.NO_ROOM)
    assert await health.database_problem(head()) == driver.NO_ROOM
    monkeypatch.setattr(driver, "TROUBLE_SECONDS", 0)
    assert await health.database_problem(head()) is None


@pytest.mark.usefixtures("resources")
async def test_D7_nor_is_one_that_is_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    sql = health.STATE.sql.replace("current_setting('transaction_read_only')", "'on'")
    monkeypatch.setattr(health, "STATE", Statement(sql))
    assert await health.database_problem(head()) == driver.READ_ONLY


async def degraded(resources: Resources) -> list[str]:
    """As this process would say."""
    state = {"draining": Draining(), "schema_head": head(), "resources": resources}
    answer = await health.readyz(Request({"type": "http", "state": state}))
    assert answer.status_code == 200
    named: list[str] = orjson.loads(answer.body)["degraded"]
    return named


async def test_a_full_disk_is_said_until_there_is_room(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(health, "MIN_FREE_BYTES", 2**62)
        assert await degraded(resources) == ["workers", "disk"]
    assert await degraded(resources) == ["workers"]


async def test_a_log_that_is_not_taken_is_said_until_it_is(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full() as sink, nothing() as room:
        said = Output(sink)
        monkeypatch.setattr(output, "_outputs", [said])
        assert await degraded(resources) == ["workers"]
        said.write("lost\n")
        said.settle(20)
        assert await degraded(resources) == ["workers", "log"]
        os.dup2(room, sink)
        said.write("kept\n")
        said.settle(20)
        assert await degraded(resources) == ["workers"]


@pytest.mark.usefixtures("newer_schema")
async def test_another_schema_is_not_ready_and_says_what_to_do(client: httpx.AsyncClient) -> None:
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert "rota migrate" in ready.json()["problem"]
    assert (await client.get("/healthz")).status_code == 200
