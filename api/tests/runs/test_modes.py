"""In which output mode a run asks, how it steps down, and what is remembered of it."""

import json
from typing import Any

import pytest

from rota.inference.modes import OutputMode, OutputModeChoice
from rota.inference.prompt import SHOWN
from rota.platform.http_client import HttpClient, NotReached
from rota.platform.resources import Resources
from rota.providers.models import Provider, ProviderType
from rota.runs import claims
from rota.runs.models import EventType, RuledOutMode, RunEvent, RunStatus
from tests.conftest import GraphQL
from tests.runs.conftest import Server
from tests.runs.factories import CLASSIFICATION, assignment, done, ended, history, queued
from tests.vendors.openai import OpenAI
from tests.vendors.script import Answer, Calls, NotHttp, Raw, Says
from tests.vendors.server import serve

pytestmark = pytest.mark.usefixtures("run_loop", "quick")
GOOD = '{"category": "bug", "confidence": 0.9}'
ENFORCED = {"ENFORCED", "ENFORCED_AND_SHOWN"}


def refused(words: str, status: int = 400) -> Raw:
    body = {"error": {"message": words, "type": "invalid_request_error"}}
    return Raw(json.dumps(body).encode(), status)


def takes_no(*names: str) -> Any:
    """A server that refuses a request which says one of these."""

    def answer(body: dict[str, Any]) -> Answer:
        found = next((name for name in names if name in body), None)
        return refused(f"{found} is not supported by this model") if found else Says((GOOD,))

    return answer


def shows(body: dict[str, Any]) -> bool:
    return SHOWN in body["messages"][0]["content"]


async def test_R2_where_nothing_is_known_the_schema_is_enforced_and_shown(
    resources: Resources, vendor: Server
) -> None:
    run = await done(resources, vendor.url)
    [chat] = vendor.chats
    assert run.output_mode is OutputMode.ENFORCED_AND_SHOWN
    assert shows(chat.body)
    assert chat.body["response_format"]["type"] == "json_schema"
    started = await RunEvent.get(run_id=run.id, type=EventType.STARTED)
    assert started.data["outputMode"] == "ENFORCED_AND_SHOWN"


async def test_R2_openai_keeps_enforced(resources: Resources, monkeypatch: Any) -> None:
    vendor = OpenAI(key="sk-right", models=["small"])
    async with serve(vendor.app) as url:
        monkeypatch.setitem(vars(resources.settings), "openai_url", f"{url}/v1")
        at = await assignment(
            resources, type=ProviderType.OPENAI, base_url=None, api_key="sk-right"
        )
        run = await ended(resources, await queued(resources, at))
    assert (run.status, run.output_mode) == (RunStatus.SUCCEEDED, OutputMode.ENFORCED)
    assert not shows(vendor.chats[0].body)


async def test_R2_a_long_schema_is_not_shown_as_well(resources: Resources, vendor: Server) -> None:
    long = {**CLASSIFICATION, "description": "x" * claims.MAX_SHOWN_BYTES}
    at = await assignment(resources, base_url=vendor.url, response_schema=long)
    run = await ended(resources, await queued(resources, at))
    assert run.output_mode is OutputMode.ENFORCED
    assert not shows(vendor.chats[0].body)


@pytest.mark.parametrize("choice", [mode for mode in OutputModeChoice if mode != "AUTO"])
async def test_A1_a_chosen_mode_is_used(
    resources: Resources, vendor: Server, choice: OutputModeChoice
) -> None:
    vendor.default = lambda body: Calls(GOOD) if "tools" in body else Says((GOOD,))
    run = await done(resources, vendor.url, output_mode=choice)
    mode, body = OutputMode(choice), vendor.chats[0].body
    assert (run.status, run.output_mode) == (RunStatus.SUCCEEDED, mode)
    assert shows(body) is mode.is_shown
    kind = body.get("response_format", {}).get("type")
    wanted = "json_object" if mode is OutputMode.JSON_AND_SHOWN else None
    assert kind == ("json_schema" if mode.is_enforced else wanted)
    assert ("tools" in body) is (mode is OutputMode.TOOL)
    deltas = await RunEvent.filter(run_id=run.id, type=EventType.OUTPUT_DELTA).order_by("sequence")
    assert "".join(delta.data["text"] for delta in deltas) == GOOD


async def test_R6_a_mode_that_is_refused_steps_down_once_and_is_not_tried_again(
    resources: Resources, vendor: Server
) -> None:
    vendor.default = takes_no("response_format")
    at = await assignment(resources, base_url=vendor.url)
    first = await ended(resources, await queued(resources, at))
    assert (first.status, first.output_mode) == (RunStatus.SUCCEEDED, OutputMode.SHOWN)
    assert len(vendor.chats) == 2
    [retry] = await RunEvent.filter(run_id=first.id, type=EventType.RETRYING)
    assert retry.data["code"] == "PROVIDER_FAILED"
    assert "ENFORCED_AND_SHOWN" in retry.data["message"]
    assert "SHOWN in place of" in retry.data["message"]
    second = await ended(resources, await queued(resources, at))
    assert (second.status, second.output_mode) == (RunStatus.SUCCEEDED, OutputMode.SHOWN)
    assert len(vendor.chats) == 3
    started = await RunEvent.get(run_id=second.id, type=EventType.STARTED)
    assert started.data["outputMode"] == "SHOWN"


async def test_R6_what_was_ruled_out_is_shown_and_forgotten_with_another_address(
    resources: Resources, vendor: Server, graphql: GraphQL
) -> None:
    vendor.default = takes_no("response_format")
    run = await done(resources, vendor.url)
    ask = "query ($id: ID!) { provider(id: $id) { ruledOutModes { modelName mode message } } }"
    shown = (await graphql(ask, id=str(run.provider_id)))["provider"]["ruledOutModes"]
    assert {one["mode"] for one in shown} == ENFORCED
    assert shown[0]["modelName"] == "small"
    assert "response_format is not supported" in shown[0]["message"]
    await Provider.filter(id=run.provider_id).update(connection_revision=2)
    assert (await graphql(ask, id=str(run.provider_id)))["provider"]["ruledOutModes"] == []
    again = await queued(resources, await run.assignment)
    assert (await ended(resources, again)).status is RunStatus.SUCCEEDED
    assert len(vendor.chats) == 4


async def test_R6_what_was_ruled_out_belongs_to_model_and_schema(
    resources: Resources, vendor: Server
) -> None:
    vendor.default = takes_no("response_format")
    run = await done(resources, vendor.url)
    [provider] = await Provider.all()
    other = {**CLASSIFICATION, "title": "Another"}
    at = await assignment(resources, on=provider, response_schema=other)
    await ended(resources, await queued(resources, at))
    assert len(vendor.chats) == 4
    digests = {row.contract_digest for row in await RuledOutMode.all()}
    assert len(digests) == 2
    assert run.provider_id == provider.id


async def test_R6_a_chosen_mode_that_is_refused_fails_and_names_auto(
    resources: Resources, vendor: Server
) -> None:
    vendor.default = takes_no("response_format")
    run = await done(resources, vendor.url, output_mode=OutputModeChoice.ENFORCED)
    assert (run.status, len(vendor.chats)) == (RunStatus.FAILED, 1)
    assert "AUTO" in (run.error_message or "")
    assert "response_format is not supported" in (run.vendor_message or "")
    assert await RuledOutMode.all().count() == 0


@pytest.mark.parametrize(
    "words",
    [
        "Failed to parse grammar",
        "Invalid schema for response_format 'output'",
        "json_schema is not supported",
        "This model does not support structured outputs",
        "guided decoding is off",
    ],
)
async def test_R6_each_way_to_say_it_steps_down(
    resources: Resources, vendor: Server, words: str
) -> None:
    vendor.default = lambda body: refused(words) if "response_format" in body else Says((GOOD,))
    run = await done(resources, vendor.url)
    assert (run.status, run.output_mode) == (RunStatus.SUCCEEDED, OutputMode.SHOWN)


@pytest.mark.parametrize(
    "words", ["maximum context length exceeded by this schema", "flagged by the content filter"]
)
async def test_R6_what_is_refused_for_another_reason_does_not_step_down(
    resources: Resources, vendor: Server, words: str
) -> None:
    vendor.default = lambda _: refused(words)
    run = await done(resources, vendor.url)
    assert (run.status, len(vendor.chats)) == (RunStatus.FAILED, 1)
    assert run.output_mode is OutputMode.ENFORCED_AND_SHOWN
    assert await RuledOutMode.all().count() == 0


async def test_R6_a_server_that_dies_twice_of_a_mode_is_asked_without_it(
    resources: Resources, vendor: Server
) -> None:
    vendor.default = lambda body: NotHttp(b"") if "response_format" in body else Says((GOOD,))
    at = await assignment(resources, base_url=vendor.url)
    run = await ended(resources, await queued(resources, at))
    assert (run.status, run.output_mode) == (RunStatus.SUCCEEDED, OutputMode.SHOWN)
    assert len(vendor.chats) == 3
    again = await ended(resources, await queued(resources, at))
    assert (again.status, len(vendor.chats)) == (RunStatus.SUCCEEDED, 4)
    assert (await history(run)).count("RETRYING") == 3


async def test_R6_a_server_that_dies_once_and_is_gone_is_asked_without_it(
    resources: Resources, vendor: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back by itself, after the second try found nobody."""
    vendor.will(NotHttp(b""))
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    gone = 0
    real = HttpClient.send

    async def send(*given: Any) -> Any:
        nonlocal gone
        if vendor.chats and not gone:
            gone += 1
            raise NotReached
        return await real(*given)

    monkeypatch.setattr(HttpClient, "send", send)
    run = await ended(resources, run)
    assert (run.status, run.output_mode, gone) == (RunStatus.SUCCEEDED, OutputMode.SHOWN, 1)
    assert {row.mode.value for row in await RuledOutMode.all()} == ENFORCED


async def test_R6_a_single_death_rules_nothing_out(resources: Resources, vendor: Server) -> None:
    vendor.will(NotHttp(b""))
    run = await done(resources, vendor.url)
    assert (run.status, run.output_mode) == (RunStatus.SUCCEEDED, OutputMode.ENFORCED_AND_SHOWN)
    assert await RuledOutMode.all().count() == 0
