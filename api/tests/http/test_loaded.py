"""The web process carries nothing that only a worker needs."""

import asyncio
from pathlib import Path

import httpx
import pytest

from rota.platform.settings import Settings
from tests.http.clients import ask
from tests.http.process import web_process
from tests.libraries import API_AT_WORK, libraries

SCRIPT = str(Path(__file__).with_name("loaded.py"))
FOREIGN = {"rota.worker", "rota.platform.worker", "rota.platform.http_client"}


CREATED = "CreateProviderPayload"
# Whatever is known of a vendor is loaded for it.
CREATE = """mutation {
    createProvider(input: {name: "Box", type: OLLAMA, baseUrl: "http://127.0.0.1:9"}) { __typename }
}"""


async def foreign(settings: Settings, folder: Path, secret: str, *planted: str) -> list[str]:
    """What a web process that has answered should not have loaded, and has."""
    async with (
        web_process(settings, folder, SCRIPT, *planted) as web,
        httpx.AsyncClient(base_url=web.url, trust_env=False) as client,
    ):
        assert (await client.get("/readyz")).status_code == 200
        answer = await ask(client, CREATE, secret)
        assert answer.json() == {"data": {"createProvider": {"__typename": CREATED}}}
        await web.terminate()
        assert web.process.stdout
        loaded = await asyncio.wait_for(web.process.stdout.read(), 10)
    names = set(loaded.decode().split())
    return sorted(names & FOREIGN | libraries(names) - API_AT_WORK)


async def test_the_web_process_loads_no_model_client(
    settings: Settings, tmp_path: Path, secret: str
) -> None:
    assert await foreign(settings, tmp_path, secret) == []


@pytest.mark.parametrize("planted", ["genai_prices", "rota.runs.worker"])
async def test_what_is_loaded_is_found(
    planted: str, settings: Settings, tmp_path: Path, secret: str
) -> None:
    assert await foreign(settings, tmp_path, secret, planted)
