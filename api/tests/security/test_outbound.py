"""X6 through the API of a whole Rota: addresses that may not be called are not, at save, at check
and at use. Traps listen there; not one packet may arrive."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count

import asyncpg
import httpx
import pytest

from tests.dose import tried
from tests.platform.test_egress import METADATA_SPELLINGS, NOWHERE_SPELLINGS, Trap, trap
from tests.security.stack import Stack
from tests.security.test_canary import (
    ASSIGN,
    CREATE_AGENT,
    CREATE_PROVIDER,
    CREATE_TASK,
    READ_PROVIDER,
    READ_RUN,
    RUN,
    SCHEMA,
)
from tests.vendors.openai import OpenAI
from tests.vendors.script import Raw
from tests.vendors.server import serve

# This machine's as well, and not on the list.
ELSEWHERE = "127.0.0.2"
SPELLINGS = (
    ELSEWHERE,
    "127.0.0.2.",
    "127.2",
    "127.0.2",
    "2130706434",
    "0x7f000002",
    "0x7f.2",
    "017700000002",
    "127。0。0。2",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[0:0:0:0:0:ffff:7f00:2]",
)
VALIDATE = """mutation ($input: ValidateProviderInput!) { validateProvider(input: $input) {
  ... on ValidateProviderPayload { provider { validationStatus } } ... on Error { message } } }"""
_numbers = count(1)


@pytest.fixture
async def watched() -> AsyncIterator[Trap]:
    async with trap(ELSEWHERE) as watched:
        yield watched


async def saved(whole: Stack, url: str) -> dict[str, object]:
    value = {"name": f"Out {next(_numbers)}", "type": "OPENAI_COMPATIBLE", "baseUrl": url}
    made: dict[str, object] = await whole.client.change(CREATE_PROVIDER, **value)
    return made


async def assigned(whole: Stack, provider_id: str) -> str:
    number = next(_numbers)
    agent = {"name": f"Out {number}", "systemPrompt": "x", "modelName": "small"}
    made = await whole.client.change(CREATE_AGENT, providerId=provider_id, **agent)
    task = await whole.client.change(CREATE_TASK, name=f"Out {number}", responseSchema=SCHEMA)
    pair = {"agentId": made["agent"]["id"], "taskId": task["task"]["id"]}
    assignment_id: str = (await whole.client.change(ASSIGN, **pair))["assignment"]["id"]
    return assignment_id


async def run_fails(whole: Stack, assignment_id: str) -> str:
    run = (await whole.client.change(RUN, assignmentId=assignment_id, input="Hello"))["run"]
    ended = await whole.until(READ_RUN, "run.status", "FAILED", id=run["id"])
    message: str = ended["run"]["error"]["message"]
    return message


async def test_X6_an_address_that_may_not_be_called_is_not_saved(
    whole: Stack, watched: Trap
) -> None:
    for host in SPELLINGS:
        made = await saved(whole, f"http://{host}:{watched.port}/v1")
        assert "Rota may call listed addresses only" in str(made.get("message")), host
    for host in [*METADATA_SPELLINGS, *NOWHERE_SPELLINGS]:
        made = await saved(whole, f"http://{host}/latest")
        assert "message" in made, host
    assert watched.caught == 0
    tried["forbidden addresses, saved, checked and used"] += (
        len(SPELLINGS) + len(METADATA_SPELLINGS) + len(NOWHERE_SPELLINGS)
    )


async def test_X6_an_address_that_got_in_is_neither_checked_nor_used(
    whole: Stack, watched: Trap
) -> None:
    """As if the rule was another when it was saved: it is written past the API."""
    async with AsyncExitStack() as stack:
        vendor = OpenAI(models=["small"])
        url = await stack.enter_async_context(serve(vendor.app))
        database = await asyncpg.connect(whole.database_url)
        stack.push_async_callback(database.close)
        made = await saved(whole, f"{url}/v1")
        provider_id = str(made["provider"]["id"])  # type: ignore[index] # it is allowed
        await whole.until(READ_PROVIDER, "provider.validationStatus", "CONNECTED", id=provider_id)
        at = await assigned(whole, provider_id)
        for host in SPELLINGS:
            await database.execute(
                "UPDATE provider SET base_url = $2, validation_status = 'CONNECTED',"
                " validation_error = NULL, revision = revision + 1,"
                " connection_revision = connection_revision + 1 WHERE id = $1",
                provider_id,
                f"http://{host}:{watched.port}/v1",
            )
            await whole.redis.delete(f"rota:limit:checks:{provider_id}")
            await whole.client.change(VALIDATE, id=provider_id)
            checked = await whole.until(
                READ_PROVIDER, "provider.validationStatus", "ERROR", id=provider_id
            )
            assert "Rota may call" in checked["provider"]["validationError"], host
            assert "Rota may call" in await run_fails(whole, at), host
            tried["forbidden addresses, saved, checked and used"] += 2
    assert watched.caught == 0
    assert len(vendor.chats) == 0


async def test_X6_no_redirect_leads_there_either(whole: Stack, watched: Trap) -> None:
    vendor = OpenAI(models=["small"])
    there = {"location": f"http://{ELSEWHERE}:{watched.port}/v1/models"}
    async with serve(vendor.app) as url:
        made = await saved(whole, f"{url}/v1")
        provider_id = str(made["provider"]["id"])  # type: ignore[index] # it is allowed
        await whole.until(READ_PROVIDER, "provider.validationStatus", "CONNECTED", id=provider_id)
        at = await assigned(whole, provider_id)
        for status in (301, 302, 303, 307, 308):
            vendor.will_list(Raw(b"", status=status, headers=there))
            await whole.client.change(VALIDATE, id=provider_id)
            checked = await whole.until(
                READ_PROVIDER, "provider.validationStatus", "ERROR", id=provider_id
            )
            assert "does not follow" in checked["provider"]["validationError"]
            vendor.will(Raw(b"", status=status, headers=there))
            await run_fails(whole, at)
    assert watched.caught == 0


async def test_X6_a_packet_in_the_trap_would_be_counted(watched: Trap) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for host in (ELSEWHERE, "127.2", "2130706434"):
            await http.get(f"http://{host}:{watched.port}/")
    assert watched.caught == 3
