"""The doubles themselves: what later tests rely on when they script a vendor."""

import asyncio
import json
from typing import Any

import httpx2
import jsonschema_rs
import openai
import pytest
from openai.types.chat import ChatCompletionChunk

from tests.vendors.instances import instance
from tests.vendors.ollama import Ollama
from tests.vendors.openai import VLLM, LlamaCpp, OpenAI
from tests.vendors.script import (
    GARBAGE,
    Calls,
    Drips,
    Fails,
    Gate,
    Hangs,
    NotHttp,
    Pace,
    Raw,
    Resets,
    Says,
    Trouble,
    long_line,
)
from tests.vendors.server import serve
from tests.vendors.vendor import Vendor

CLASSIFY = {
    "type": "object",
    "properties": {
        "category": {"enum": ["bug", "feature", "question", "discussion"]},
        "confidence": {"type": "number", "minimum": 0.3, "maximum": 1},
        "reasoning": {"type": "string"},
    },
    "required": ["category", "confidence"],
    "additionalProperties": False,
}
AS_SCHEMA: Any = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "schema": CLASSIFY},
}
AS_TOOL: Any = [{"type": "function", "function": {"name": "answer", "parameters": CLASSIFY}}]
SECONDS = 5.0


class Caller:
    """The vendor's own SDK: what it takes is what vendors say."""

    def __init__(self, client: httpx2.AsyncClient, url: str, key: str = "none") -> None:
        self.client = client
        sdk = openai.AsyncOpenAI(
            base_url=f"{url}/v1", api_key=key, http_client=client, max_retries=0
        )
        self.completions = sdk.chat.completions

    async def stream(self, model: str = "gpt-4o-mini", **more: Any) -> list[ChatCompletionChunk]:
        chunks = await self.completions.create(
            model=model,
            messages=[{"role": "user", "content": "Hi"}],
            stream=True,
            stream_options={"include_usage": True},
            **more,
        )
        return [chunk async for chunk in chunks]


def text_of(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


@pytest.fixture
async def client() -> Any:
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    "schema",
    [
        CLASSIFY,
        {"type": "object", "properties": {"n": {"type": "integer", "exclusiveMinimum": 3}}},
        {"type": "object", "properties": {"n": {"type": ["number", "null"], "maximum": -2.5}}},
        {"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}},
        {"type": "object", "properties": {"s": {"type": "string", "minLength": 9}}},
        {
            "$ref": "#/$defs/Node",
            "$defs": {
                "Node": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "maxLength": 2},
                        "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                        "other": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Node"}]},
                    },
                    "required": ["name"],
                }
            },
        },
        {
            "type": "object",
            "allOf": [{"properties": {"a": {"const": 4}}, "required": ["a"]}],
            "properties": {"tags": {"type": "array", "items": {"type": "string"}, "minItems": 2}},
        },
    ],
)
def test_an_instance_satisfies_its_schema(schema: dict[str, Any]) -> None:
    jsonschema_rs.validate(schema, instance(schema))


@pytest.mark.parametrize("vendor", [OpenAI(), LlamaCpp(), VLLM(), Ollama()], ids=type)
async def test_by_default_an_answer_fits_the_schema_asked_for(
    vendor: Vendor, client: httpx2.AsyncClient
) -> None:
    model = vendor.models[0]
    async with serve(vendor.app) as url:
        caller = Caller(client, url)
        chunks = await caller.stream(model, response_format=AS_SCHEMA)
        whole = await caller.completions.create(
            model=model, messages=[], tools=AS_TOOL, tool_choice="required"
        )
        prompted = await caller.completions.create(
            model=model,
            messages=[{"role": "system", "content": f"Keep to {json.dumps(CLASSIFY)} always"}],
        )
    answers = [
        text_of(chunks),
        whole.choices[0].message.tool_calls[0].function.arguments,  # type: ignore[union-attr,index] # a test may fail here
        prompted.choices[0].message.content,
    ]
    for answer in answers:
        jsonschema_rs.validate(CLASSIFY, json.loads(answer or ""))
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 0
    assert [request.body["model"] for request in vendor.chats] == [model] * 3


async def test_a_tool_call_streams_its_arguments(client: httpx2.AsyncClient) -> None:
    vendor = OpenAI()
    vendor.will(Calls('{"category": "bug"}'))
    async with serve(vendor.app) as url:
        chunks = await Caller(client, url).stream(tools=AS_TOOL)
    calls = [chunk.choices[0].delta.tool_calls for chunk in chunks if chunk.choices]
    pieces = [call[0].function for call in calls if call]
    assert [piece.name for piece in pieces if piece] == ["answer", None]
    assert "".join(piece.arguments or "" for piece in pieces if piece) == '{"category": "bug"}'


async def test_a_gate_holds_each_chunk_back_until_opened(client: httpx2.AsyncClient) -> None:
    vendor, gate = OpenAI(), Gate()
    vendor.will(Says(("one ", "two"), gate))
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def read(url: str) -> None:
        stream = await Caller(client, url).completions.create(
            model="gpt-4o-mini", messages=[], stream=True
        )
        async for chunk in stream:
            if content := chunk.choices[0].delta.content:
                seen.put_nowait(content)

    async with asyncio.timeout(SECONDS), serve(vendor.app) as url:
        reading = asyncio.create_task(read(url))
        await gate.held()
        assert seen.empty()
        gate.open()
        assert await seen.get() == "one "
        await gate.held()
        assert seen.empty()
        gate.open_for_good()
        await reading
        assert seen.get_nowait() == "two"
        await vendor.requests[0].answered.wait()


async def test_a_hanging_up_client_is_noticed(client: httpx2.AsyncClient) -> None:
    vendor = OpenAI()
    vendor.will(Hangs(), Says(("Hi",)))
    async with asyncio.timeout(SECONDS), serve(vendor.app) as url:
        calling = asyncio.create_task(Caller(client, url).stream())
        left = await vendor.next_chat()
        assert not left.closed.is_set()
        calling.cancel()
        await left.closed.wait()
        assert not left.answered.is_set()
        # The control: a client that stays until the end keeps its connection.
        await Caller(client, url).stream()
        stayed = await vendor.next_chat()
        await stayed.answered.wait()
        assert not stayed.closed.is_set()


async def test_a_released_hang_answers(client: httpx2.AsyncClient) -> None:
    vendor, hang = OpenAI(), Hangs()
    vendor.will(hang)
    async with asyncio.timeout(SECONDS), serve(vendor.app) as url:
        calling = asyncio.create_task(Caller(client, url).stream())
        await vendor.next_chat()
        hang.release.set()
        assert text_of(await calling) == "Hello there."


@pytest.mark.parametrize(
    ("trouble", "error", "code"),
    [
        (Trouble.WRONG_KEY, openai.AuthenticationError, "invalid_api_key"),
        (Trouble.NO_MODEL, openai.NotFoundError, "model_not_found"),
        (Trouble.RATE_LIMIT, openai.RateLimitError, "rate_limit_exceeded"),
        (Trouble.QUOTA, openai.RateLimitError, "insufficient_quota"),
        (Trouble.SERVER, openai.InternalServerError, None),
        (Trouble.TOO_LONG, openai.BadRequestError, "context_length_exceeded"),
    ],
)
async def test_the_sdk_understands_each_trouble(
    trouble: Trouble,
    error: type[openai.APIStatusError],
    code: str | None,
    client: httpx2.AsyncClient,
) -> None:
    vendor = OpenAI()
    vendor.will(Fails(trouble, {"retry-after": "7"}))
    async with serve(vendor.app) as url:
        with pytest.raises(error) as caught:
            await Caller(client, url).stream()
    assert caught.value.code == code
    assert caught.value.response.headers["retry-after"] == "7"


async def test_a_wrong_key_is_quoted_and_a_wrong_model_unknown(client: httpx2.AsyncClient) -> None:
    vendor = OpenAI(key="sk-right")
    async with serve(vendor.app) as url:
        with pytest.raises(openai.AuthenticationError, match="sk-wrong"):
            await Caller(client, url, "sk-wrong").stream()
        with pytest.raises(openai.NotFoundError):
            await Caller(client, url, "sk-right").stream("gpt-1")
        assert await Caller(client, url, "sk-right").stream()


@pytest.mark.parametrize("kind", [LlamaCpp, VLLM, Ollama])
@pytest.mark.parametrize("trouble", Trouble)
async def test_every_dialect_has_words_for_every_trouble(
    kind: type[Vendor], trouble: Trouble, client: httpx2.AsyncClient
) -> None:
    vendor = kind()
    vendor.will(Fails(trouble))
    async with serve(vendor.app) as url:
        with pytest.raises(openai.APIStatusError) as caught:
            await Caller(client, url).stream()
    assert caught.value.status_code >= 400


@pytest.mark.parametrize("answer", [Resets(), NotHttp()], ids=type)
async def test_a_broken_connection_is_a_transport_error(
    answer: Resets | NotHttp, client: httpx2.AsyncClient
) -> None:
    vendor = OpenAI()
    vendor.will(answer)
    async with serve(vendor.app) as url:
        with pytest.raises((openai.APIConnectionError, httpx2.TransportError)):
            await Caller(client, url).stream()


async def test_garbage_long_lines_and_drops_arrive_as_told(client: httpx2.AsyncClient) -> None:
    vendor = OpenAI()
    vendor.will(GARBAGE, long_line(), Drips(Pace(0)), Raw(b"<html>", content_type="text/html"))
    async with serve(vendor.app) as url:
        caller = Caller(client, url)
        with pytest.raises(ValueError, match="Expecting"):
            await caller.stream()
        assert len(text_of(await caller.stream())) == 10_000_000
        assert text_of(await caller.stream()) == "Hello there."
        asked = {"model": "gpt-4o-mini", "messages": []}
        page = await client.post(f"{url}/v1/chat/completions", json=asked)
        assert page.text == "<html>"


async def test_a_default_may_depend_on_the_request(client: httpx2.AsyncClient) -> None:
    vendor = OpenAI()
    vendor.default = lambda body: Says((body["messages"][0]["content"],))
    async with serve(vendor.app) as url:
        assert text_of(await Caller(client, url).stream()) == "Hi"
