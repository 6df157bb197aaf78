"""Whether the web process lives, and whether it can do its work."""

from collections.abc import AsyncIterator

import httpx
import pytest

from rota.platform.messaging.presence import PREFIX
from rota.platform.resources import Resources
from rota.platform.storage.database import connection


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


@pytest.mark.usefixtures("newer_schema")
async def test_another_schema_is_not_ready_and_says_what_to_do(client: httpx.AsyncClient) -> None:
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert "rota migrate" in ready.json()["problem"]
    assert (await client.get("/healthz")).status_code == 200
