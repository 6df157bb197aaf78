"""The doubles under the library that calls them in earnest, on the client that Rota shares."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import jsonschema_rs
import pytest
from pydantic_ai import Agent, NativeOutput, PromptedOutput, StructuredDict, ToolOutput, exceptions
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from rota.platform.egress import EgressPolicy, EgressRefused, open_client
from tests.vendors.ollama import Ollama
from tests.vendors.openai import VLLM, LlamaCpp, OpenAI
from tests.vendors.script import Fails, Gate, Hangs, Resets, Says, Trouble
from tests.vendors.server import serve
from tests.vendors.vendor import Vendor

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"category": {"enum": ["bug", "feature"]}, "confidence": {"type": "number"}},
    "required": ["category", "confidence"],
}
Answer = StructuredDict(SCHEMA, name="Answer")


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with open_client(EgressPolicy()) as client:
        yield client


def agent_of(client: httpx2.AsyncClient, vendor: Vendor, url: str, output: Any) -> Agent[Any, Any]:
    provider = OpenAIProvider(base_url=f"{url}/v1", api_key="none", http_client=client)
    settings = ModelSettings(timeout=20, max_retries=0)
    model = OpenAIChatModel(vendor.models[0], provider=provider, settings=settings)
    agent: Agent[Any, Any] = Agent(model, output_type=output, name="classifier")
    return agent


async def events_of(agent: Agent[Any, Any]) -> list[Any]:
    async with agent.run_stream_events("It crashes") as events:
        return [event async for event in events]


@pytest.mark.parametrize("kind", [OpenAI, LlamaCpp, VLLM, Ollama])
@pytest.mark.parametrize("mode", [NativeOutput, ToolOutput, PromptedOutput])
async def test_R2_every_output_mode_gets_an_answer_that_fits(
    client: httpx2.AsyncClient, kind: type[Vendor], mode: Any
) -> None:
    vendor = kind()
    async with serve(vendor.app) as url:
        agent = agent_of(client, vendor, url, mode(Answer))
        last = (await events_of(agent))[-1]
    jsonschema_rs.validate(SCHEMA, last.result.output)
    assert len(vendor.chats) == 1


@pytest.mark.parametrize("gate", [None, Gate()], ids=["before the first byte", "amid the text"])
async def test_D4_a_cancelled_run_closes_the_vendors_connection(
    client: httpx2.AsyncClient, gate: Gate | None
) -> None:
    vendor = OpenAI()
    vendor.will(Hangs() if gate is None else Says(('{"cat', 'egory": "bug"}'), gate))
    async with asyncio.timeout(10), serve(vendor.app) as url:
        agent = agent_of(client, vendor, url, NativeOutput(Answer))
        running = asyncio.create_task(events_of(agent))
        request = await vendor.next_chat()
        if gate is not None:
            gate.open()
            await gate.held()
        assert not request.closed.is_set()
        running.cancel()
        await request.closed.wait()
        assert not request.answered.is_set()


@pytest.mark.parametrize("kind", [OpenAI, LlamaCpp, VLLM, Ollama])
@pytest.mark.parametrize(
    ("trouble", "errors"),
    [
        (Trouble.WRONG_KEY, {exceptions.ModelAuthenticationError}),
        (Trouble.NO_MODEL, {exceptions.ModelNotFoundError}),
        (Trouble.RATE_LIMIT, {exceptions.ModelRateLimitError}),
        # Only OpenAI tells the two apart.
        (Trouble.QUOTA, {exceptions.ModelQuotaExceededError, exceptions.ModelRateLimitError}),
        (Trouble.SERVER, {exceptions.ModelServerError, exceptions.ModelUnavailableError}),
        # The library does not know the words of llama.cpp and Ollama: a plain rejection.
        (
            Trouble.TOO_LONG,
            {exceptions.ModelContextWindowExceededError, exceptions.ModelRequestRejectedError},
        ),
    ],
)
async def test_R6_every_trouble_is_told_by_its_type(
    client: httpx2.AsyncClient, kind: type[Vendor], trouble: Trouble, errors: set[type[Exception]]
) -> None:
    vendor = kind()
    vendor.will(Fails(trouble))
    async with serve(vendor.app) as url:
        with pytest.raises(tuple(errors)):
            await agent_of(client, vendor, url, NativeOutput(Answer)).run("It crashes")
    assert len(vendor.chats) == 1


async def test_R6_a_reset_amid_the_stream_is_a_connection_error(client: httpx2.AsyncClient) -> None:
    vendor = OpenAI()
    vendor.will(Resets())
    async with serve(vendor.app) as url:
        agent = agent_of(client, vendor, url, NativeOutput(Answer))
        with pytest.raises(exceptions.ModelConnectionError):
            await events_of(agent)


async def test_X6_a_refused_address_can_be_told_from_other_failures(
    client: httpx2.AsyncClient,
) -> None:
    agent = agent_of(client, OpenAI(), "http://169.254.169.254", NativeOutput(Answer))
    with pytest.raises(exceptions.ModelConnectionError) as caught:
        await agent.run("It crashes")
    by_sdk = caught.value.__cause__
    assert by_sdk is not None
    assert isinstance(by_sdk.__cause__, EgressRefused)
