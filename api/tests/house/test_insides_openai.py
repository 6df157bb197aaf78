"""What Rota uses of openai's client beyond what it promises (rota/inference/wires/sdk.py)."""

import inspect

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from rota.inference.wires.sdk import open_sdk

from rota.platform.egress import EgressPolicy, open_client
from tests.vendors.openai import OpenAI
from tests.vendors.server import serve

# What a request says of whoever sends it; all else is the HTTP client's.
OURS = {"accept", "content-type"}
TRANSPORTS = {"host", "content-length", "connection", "accept-encoding", "user-agent"}
HARMLESS = {"x-stainless-retry-count", "x-stainless-read-timeout"}  # as it was asked


async def headers_of(client: AsyncOpenAI, vendor: OpenAI) -> set[str]:
    await client.chat.completions.create(model="small", messages=[])
    return set(vendor.chats[-1].headers)


async def test_the_sdk_adds_nothing_to_a_request_and_would_by_itself() -> None:
    vendor = OpenAI(models=["small"])
    async with open_client(EgressPolicy()) as http, serve(vendor.app) as url:
        ours = await headers_of(open_sdk(http, f"{url}/v1", None), vendor)
        plain = AsyncOpenAI(base_url=f"{url}/v1", api_key="x", http_client=http, max_retries=0)
        theirs = await headers_of(plain, vendor)
    assert ours <= OURS | TRANSPORTS | HARMLESS, (
        "openai's client adds headers on another way than `default_headers`: "
        f"{ours - OURS - TRANSPORTS - HARMLESS}. See _Client in rota/inference/wires/sdk.py."
    )
    assert "authorization" in theirs
    assert any(name.startswith("x-stainless-") for name in theirs - ours), (
        "openai's client adds nothing by itself any more: _Client may not be needed."
    )


async def test_what_is_overridden_is_still_asked() -> None:
    for name in ("default_headers", "_validate_headers"):
        assert inspect.getattr_static(AsyncOpenAI, name, None) is not None, (
            f"openai's client has no {name} any more: see _Client in rota/inference/wires/sdk.py."
        )


async def test_a_client_without_a_key_would_be_refused_by_the_sdk_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with httpx2.AsyncClient() as http:
        with pytest.raises(openai.OpenAIError):
            AsyncOpenAI(base_url="http://127.0.0.1:9/v1", http_client=http)
