"""The sample: laid down once, and its provider follows the demo model."""

from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

import pytest

from rota.agents.service import delete_agent, list_agents
from rota.cli.commands.up.sample import follow_model, lay_sample, sample_assignment
from rota.local.local_model import LocalModel
from rota.local.log_file import LogFile
from rota.local.process import ChildProcess
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.keys import open_key
from rota.providers.models import Provider
from rota.providers.service import delete_provider, update_provider
from rota.wiring import RULES

NEVER_STARTED = ChildProcess("It", (), LogFile(Path("it.log")), (), SIGKILL)
MODEL = LocalModel("http://127.0.0.1:4001/v1", "first-key-0123456789", "small", NEVER_STARTED)
MOVED = replace(MODEL, base_url="http://127.0.0.1:4002/v1", api_key="second-key-0123456789")


async def lay(resources: Resources, folder: Path, model: LocalModel | None = MODEL) -> None:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await lay_sample(work, model, folder)


async def follow(resources: Resources, folder: Path, model: LocalModel) -> Provider:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await follow_model(work, model, folder)
    return await Provider.get()


def key_of(resources: Resources, provider: Provider) -> str:
    key = open_key(resources.cipher, resources.settings, provider)
    assert key
    return key.reveal()


async def test_F1_the_sample_is_laid_down_once(resources: Resources, tmp_path: Path) -> None:
    for _ in range(2):
        await lay(resources, tmp_path)
    provider = await Provider.get()
    assert (provider.name, provider.base_url) == ("Local demo model", MODEL.base_url)
    assert key_of(resources, provider) == MODEL.api_key
    assert await sample_assignment()


async def test_F1_without_the_demo_model_the_provider_is_ollama(
    resources: Resources, tmp_path: Path
) -> None:
    await lay(resources, tmp_path, None)
    provider = await Provider.get()
    assert (provider.type, provider.base_url) == ("OLLAMA", "http://localhost:11434")


async def test_the_provider_follows_the_models_port_and_key(
    resources: Resources, tmp_path: Path
) -> None:
    await lay(resources, tmp_path)
    provider = await follow(resources, tmp_path, MOVED)
    assert provider.base_url == MOVED.base_url
    assert key_of(resources, provider) == MOVED.api_key
    assert (await follow(resources, tmp_path, MOVED)).revision == provider.revision
    assert (await follow(resources, tmp_path, MODEL)).base_url == MODEL.base_url


async def test_a_provider_that_was_given_another_address_is_left_alone(
    resources: Resources, tmp_path: Path
) -> None:
    await lay(resources, tmp_path)
    before = await Provider.get()
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        elsewhere = "http://127.0.0.1:5000/v1"
        changes = {"base_url": elsewhere, "api_key": None}
        await update_provider(work, str(before.id), changes, None)  # type: ignore[arg-type]  # one of its keys each
    assert (await follow(resources, tmp_path, MOVED)).base_url == elsewhere


@pytest.mark.parametrize("deleted", ["agent", "provider"])
async def test_what_was_deleted_stays_deleted(
    resources: Resources, tmp_path: Path, deleted: str
) -> None:
    await lay(resources, tmp_path)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        [agent] = (await list_agents(1, None, None, None)).rows
        await delete_agent(work, str(agent.id))
        if deleted == "provider":
            await delete_provider(work, str(agent.provider_id))
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await follow_model(work, MOVED, tmp_path)
        await lay_sample(work, MOVED, tmp_path)
    assert await sample_assignment() is None
    assert await Provider.exists() is (deleted == "agent")
