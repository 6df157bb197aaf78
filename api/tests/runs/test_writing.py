"""What is written down of a conversation with a model, and what it cost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rota.agents.service import update_agent
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.models import ProviderType
from rota.runs import execution, watching
from rota.runs.models import EventType, RunEvent, RunStatus
from rota.wiring import RULES
from tests.runs.factories import assignment, done, ended, history, queued, reached
from tests.vendors.openai import OpenAI
from tests.vendors.script import Fails, Gate, Resets, Says, Trouble
from tests.vendors.server import serve

pytestmark = pytest.mark.usefixtures("run_loop")
GOOD = '{"category": "bug", "confidence": 0.9}'
BAD = '{"category": "nonsense", "confidence": 7}'


@pytest.fixture
async def openai() -> AsyncIterator[tuple[OpenAI, str]]:
    vendor = OpenAI("sk-right", models=["gpt-4o-mini"])
    async with serve(vendor.app) as url:
        yield vendor, f"{url}/v1"


@pytest.fixture
def resources(resources: Resources, openai: tuple[OpenAI, str]) -> Resources:
    """With the double in OpenAI's place."""
    return replace(resources, settings=replace(resources.settings, openai_url=openai[1]))


async def test_R3_text_is_written_while_the_model_speaks(resources: Resources, vendor: Any) -> None:
    gate = Gate()
    vendor.will(Says(tuple(GOOD), gate))
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    await vendor.next_chat()
    gate.open()
    delta = await reached(resources, run, EventType.OUTPUT_DELTA)
    assert GOOD.startswith(delta.data["text"])
    gate.open_for_good()
    assert (await ended(resources, run)).status is RunStatus.SUCCEEDED


async def test_R3_a_wrong_answer_is_written_whole_before_its_rejection(
    resources: Resources, vendor: Any
) -> None:
    vendor.will(Says(tuple(BAD)), Says(tuple(GOOD)))
    run = await done(resources, vendor.url)
    texts, text = [], ""
    for event in await RunEvent.filter(run_id=run.id).order_by("sequence"):
        if event.type is EventType.OUTPUT_DELTA:
            text += event.data["text"]
        elif event.type in (EventType.OUTPUT_REJECTED, EventType.SUCCEEDED):
            texts.append(text)
            text = ""
    assert texts == [BAD, GOOD]


async def test_R6_what_failed_tries_used_counts(
    resources: Resources, vendor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "BACK_OFF_SECONDS", (0.01,))
    vendor.will(Says((BAD,)), Fails(Trouble.RATE_LIMIT), Says((GOOD,)))
    run = await done(resources, vendor.url)
    assert run.status is RunStatus.SUCCEEDED
    assert len(vendor.chats) == 3
    assert run.usage_requests == 3  # one of them was refused


async def test_R6_nobody_writes_behind_a_failure(
    resources: Resources, vendor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "COALESCE_SECONDS", 600)
    monkeypatch.setattr(execution, "BACK_OFF_SECONDS", (0.01,))
    vendor.default = lambda _: Resets(("{", '"category"', ": "))
    run = await done(resources, vendor.url)
    assert (await history(run))[-1] == "FAILED"
    assert not [task for task in asyncio.all_tasks() if "RunWatch" in repr(task.get_coro())]


async def test_R8_a_run_has_the_price_of_its_vendor_and_others_have_none(
    resources: Resources, vendor: Any, openai: tuple[OpenAI, str]
) -> None:
    openai[0].will(Says((GOOD,)))
    at = await assignment(resources, type=ProviderType.OPENAI, base_url=None, api_key="sk-right")
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await update_agent(work, str(at.agent_id), {"model_name": "gpt-4o-mini"}, None)
    run = await ended(resources, await queued(resources, at))
    tokens = run.usage_input_tokens * Decimal("0.15e-6")
    assert run.cost_usd == tokens + run.usage_output_tokens * Decimal("0.6e-6")
    assert (await done(resources, vendor.url)).cost_usd is None
