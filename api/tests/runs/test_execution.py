"""Runs from the claim to their end, on vendors' doubles over real HTTP: R2, R4, R6, R8."""

import asyncio
import json
from typing import Any

import pytest

from rota.agents.service import AgentChanges, delete_agent, update_agent
from rota.assignments.service import unassign_task
from rota.contracts import compile_contract
from rota.inference.errors import RunErrorCode
from rota.inference.modes import OutputMode
from rota.inference.prompt import system_message
from rota.inference.settings import SettingsChanges
from rota.platform.kernel.actor import SYSTEM
from rota.platform.messaging.delivery import Message
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.models import ProviderType
from rota.runs import execution, service
from rota.runs.events import transitions
from rota.runs.models import EventType, Run, RunEvent, RunStatus
from rota.tasks.service import update_task
from rota.wiring import RULES
from tests.runs.factories import CLASSIFICATION, assignment, ended, history, queued, reached
from tests.vendors.ollama import Ollama
from tests.vendors.openai import LlamaCpp, OpenAI
from tests.vendors.script import (
    GARBAGE,
    Answer,
    Fails,
    Gate,
    Hangs,
    NotHttp,
    Raw,
    Resets,
    Says,
    Trouble,
    long_line,
)
from tests.vendors.server import serve

pytestmark = pytest.mark.usefixtures("run_loop")
GOOD = '{"category": "bug", "confidence": 0.9}'
BAD = '{"category": "nonsense", "confidence": 7}'


async def test_R2_a_valid_answer_becomes_the_output(resources: Resources, vendor: Any) -> None:
    vendor.will(Says(('{"category": ', '"bug", "con', 'fidence": 0.9}')))
    run = await ended(
        resources, await queued(resources, await assignment(resources, base_url=vendor.url))
    )
    assert (run.status, run.output) == (RunStatus.SUCCEEDED, json.loads(GOOD))
    assert run.usage_requests == 1
    assert run.usage_input_tokens > 0
    assert run.usage_output_tokens > 0
    types = await history(run)
    assert types[:2] == ["QUEUED", "STARTED"]
    assert set(types[2:-1]) == {"OUTPUT_DELTA"}
    assert types[-1] == "SUCCEEDED"
    deltas = await RunEvent.filter(run_id=run.id, type=EventType.OUTPUT_DELTA).order_by("sequence")
    assert (
        "".join(delta.data["text"] for delta in deltas) == '{"category": "bug", "confidence": 0.9}'
    )


async def test_R7_the_prompt_goes_out_as_it_is_shown(resources: Resources, vendor: Any) -> None:
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    await ended(resources, run)
    [chat] = vendor.chats
    shown = system_message("You sort messages.", CLASSIFICATION, OutputMode.ENFORCED_AND_SHOWN)
    assert [(message["role"], message["content"]) for message in chat.body["messages"]] == [
        ("system", shown),
        ("user", "Classify: It crashes."),
    ]
    assert shown.startswith("You sort messages.\n\n")


async def test_A1_model_settings_reach_the_vendor(resources: Resources, vendor: Any) -> None:
    settings = SettingsChanges(temperature=0.25, max_tokens=77)
    at = await assignment(resources, base_url=vendor.url, model_settings=settings)
    await ended(resources, await queued(resources, at))
    body = vendor.chats[0].body
    assert body["temperature"] == 0.25
    assert body.get("max_tokens", body.get("max_completion_tokens")) == 77


async def test_R2_a_rejected_answer_is_shown_and_corrected(
    resources: Resources, vendor: Any
) -> None:
    vendor.will(Says((BAD,)), Says((GOOD,)))
    run = await ended(
        resources, await queued(resources, await assignment(resources, base_url=vendor.url))
    )
    assert (run.status, run.output) == (RunStatus.SUCCEEDED, json.loads(GOOD))
    rejection = await reached(resources, run, EventType.OUTPUT_REJECTED)
    assert rejection.data["text"] == BAD
    assert {tuple(issue["path"]) for issue in rejection.data["issues"]} == {
        ("category",),
        ("confidence",),
    }
    told = json.dumps(vendor.chats[1].body["messages"])
    assert "category" in told
    assert "confidence" in told
    assert run.usage_requests == 2


@pytest.mark.parametrize("retries", [0, 1, 3])
async def test_R2_an_answer_is_sent_back_as_often_as_the_agent_says(
    resources: Resources, vendor: Any, retries: int
) -> None:
    vendor.default = lambda _: Says((BAD,))
    settings = SettingsChanges(output_retries=retries)
    at = await assignment(resources, base_url=vendor.url, model_settings=settings)
    run = await ended(resources, await queued(resources, at))
    assert (run.status, run.error_code) == (RunStatus.FAILED, RunErrorCode.OUTPUT_INVALID)
    assert run.output is None
    assert {tuple(issue["path"]) for issue in run.error_issues or []} == {
        ("category",),
        ("confidence",),
    }
    assert len(vendor.chats) == retries + 1
    assert (await history(run)).count("OUTPUT_REJECTED") == retries + 1


@pytest.mark.parametrize("text", ["no JSON", "[]", '"bug"', "{", '{"category": "bug"}', "NaN"])
async def test_R2_nothing_invalid_is_ever_stored(
    resources: Resources, vendor: Any, text: str
) -> None:
    vendor.default = lambda _: Says((text,))
    settings = SettingsChanges(output_retries=0)
    at = await assignment(resources, base_url=vendor.url, model_settings=settings)
    run = await ended(resources, await queued(resources, at))
    assert (run.error_code, run.output) == (RunErrorCode.OUTPUT_INVALID, None)
    assert run.error_issues


@pytest.mark.parametrize(
    ("double", "type", "suffix"),
    [
        (OpenAI, ProviderType.OPENAI_COMPATIBLE, "/v1"),
        (LlamaCpp, ProviderType.OPENAI_COMPATIBLE, "/v1"),
        (Ollama, ProviderType.OLLAMA, ""),
    ],
)
async def test_R2_every_kind_of_provider_gives_a_valid_output(
    resources: Resources, double: Any, type: ProviderType, suffix: str
) -> None:
    vendor = double(models=["small"])
    async with serve(vendor.app) as url:
        at = await assignment(resources, type=type, base_url=url + suffix)
        run = await ended(resources, await queued(resources, at))
    assert run.status is RunStatus.SUCCEEDED
    assert compile_contract(CLASSIFICATION).issues(run.output) == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Fails(Trouble.WRONG_KEY), RunErrorCode.PROVIDER_REFUSED),
        (Fails(Trouble.NO_MODEL), RunErrorCode.MODEL_NOT_FOUND),
        (Fails(Trouble.SERVER), RunErrorCode.PROVIDER_FAILED),
        (Fails(Trouble.TOO_LONG), RunErrorCode.INPUT_TOO_LONG),
        (Fails(Trouble.QUOTA), RunErrorCode.RATE_LIMITED),
        (Resets(), RunErrorCode.PROVIDER_FAILED),
        (GARBAGE, RunErrorCode.PROVIDER_FAILED),
        (NotHttp(), RunErrorCode.PROVIDER_FAILED),
        (
            Raw(b"", status=307, headers={"location": "http://127.0.0.1:9/"}),
            RunErrorCode.PROVIDER_FAILED,
        ),
        (Raw(b"<html>hello</html>", content_type="text/html"), RunErrorCode.PROVIDER_FAILED),
        (long_line(), RunErrorCode.PROVIDER_FAILED),
    ],
)
async def test_R6_each_trouble_ends_in_its_own_code(
    resources: Resources, answer: Answer, code: RunErrorCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "BACK_OFF_SECONDS", (0.01, 0.01))
    vendor = OpenAI(models=["small"], key="sk-secret-canary-0123456789")
    vendor.default = lambda _: answer
    async with serve(vendor.app) as url:
        at = await assignment(
            resources, base_url=f"{url}/v1", api_key="sk-secret-canary-0123456789"
        )
        run = await ended(resources, await queued(resources, at))
    assert (run.status, run.error_code) == (RunStatus.FAILED, code)
    assert run.error_message
    assert "canary" not in run.error_message
    assert "Traceback" not in run.error_message
    assert (await history(run))[-1] == "FAILED"


async def test_R6_an_unreachable_provider_is_tried_again_then_named(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "BACK_OFF_SECONDS", (0.01, 0.01))
    run = await ended(resources, await queued(resources, await assignment(resources)))
    assert (run.status, run.error_code) == (RunStatus.FAILED, RunErrorCode.PROVIDER_UNREACHABLE)
    assert await history(run) == ["QUEUED", "STARTED", "RETRYING", "RETRYING", "FAILED"]


async def test_R6_a_rate_limit_passes_where_the_vendor_said_when(
    resources: Resources, vendor: Any
) -> None:
    vendor.will(Fails(Trouble.RATE_LIMIT, {"retry-after": "1"}), Says((GOOD,)))
    run = await ended(
        resources, await queued(resources, await assignment(resources, base_url=vendor.url))
    )
    assert run.status is RunStatus.SUCCEEDED
    assert "RETRYING" in await history(run)


async def test_R8_a_deadline_that_back_off_would_pass_ends_with_the_last_failure(
    resources: Resources, vendor: Any
) -> None:
    vendor.default = lambda _: Fails(Trouble.RATE_LIMIT, {"retry-after": "60"})
    settings = SettingsChanges(timeout_seconds=5)
    at = await assignment(resources, base_url=vendor.url, model_settings=settings)
    run = await ended(resources, await queued(resources, at))
    assert (run.error_code, len(vendor.chats)) == (RunErrorCode.RATE_LIMITED, 1)


async def test_R8_the_timeout_bounds_a_silent_vendor(resources: Resources, vendor: Any) -> None:
    vendor.default = lambda _: Hangs()
    settings = SettingsChanges(timeout_seconds=1)
    at = await assignment(resources, base_url=vendor.url, model_settings=settings)
    run = await ended(resources, await queued(resources, at))
    assert run.error_code is RunErrorCode.TIMED_OUT
    assert "1 seconds" in (run.error_message or "")
    async with asyncio.timeout(5):
        await vendor.chats[0].closed.wait()


@pytest.mark.parametrize("is_silent", [True, False])
async def test_R4_cancelling_closes_the_vendors_connection(
    resources: Resources, vendor: Any, is_silent: bool
) -> None:
    vendor.will(Hangs() if is_silent else Says(tuple(GOOD), Gate()))
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    chat = await vendor.next_chat()
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        assert (await service.cancel_run(work, str(run.id))).status is RunStatus.CANCELLING
    async with asyncio.timeout(5):
        await chat.closed.wait()
    run = await ended(resources, run)
    assert run.status is RunStatus.CANCELLED
    assert (await history(run))[-2:] == ["CANCELLING", "CANCELLED"]


async def test_R5_a_worker_that_stops_hands_its_runs_over(
    resources: Resources, vendor: Any, run_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rota.platform.leases.FINISH_SECONDS", 0.05)
    vendor.will(Hangs())
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    await vendor.next_chat()
    run_loop.cancel()
    await asyncio.wait([run_loop])
    run = await Run.get(id=run.id)
    assert (run.status, run.lost_leases) == (RunStatus.QUEUED, 0)
    assert (await history(run))[-1] == "REQUEUED"


async def test_R5_a_worker_that_claims_its_own_lost_run_again_keeps_the_second_claim(
    resources: Resources, vendor: Any
) -> None:
    vendor.will(Hangs(), Hangs())
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    first = await vendor.next_chat()
    # What the sweep of another worker does, while this one was too busy to renew.
    await Run.filter(id=run.id).update(
        status=RunStatus.QUEUED, lease_until=None, worker=None, last_sequence=3
    )
    await RunEvent(run_id=run.id, sequence=3, type="REQUEUED", at=run.queued_at, data={}).save(
        force_create=True
    )
    event = {"event_type": "REQUEUED", "at": run.queued_at, "data": {}}
    found = (await Run.filter(id=run.id).values())[0]
    requeued = {"from_status": "RUNNING", **event, **found}
    await resources.bus.publish(transitions([requeued]))
    second = await vendor.next_chat()
    async with asyncio.timeout(5):
        await first.closed.wait()
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await service.cancel_run(work, str(run.id))
    async with asyncio.timeout(5):  # a lease that nobody renews would last longer
        await second.closed.wait()
    run = await ended(resources, run)
    assert (run.status, run.attempt, run.lost_leases) == (RunStatus.CANCELLED, 2, 0)


async def test_A2_a_run_keeps_the_revisions_it_was_made_with(
    resources: Resources, vendor: Any
) -> None:
    gate = Gate()
    vendor.will(Says(tuple(GOOD), gate))
    at = await assignment(resources, base_url=vendor.url)
    going = await queued(resources, at)
    first = await vendor.next_chat()
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        changes = AgentChanges(system_prompt="You are new.")
        await update_agent(work, str(at.agent_id), changes, None)
        await update_task(work, str(at.task_id), {"response_schema": {"type": "object"}}, None)
    following = await queued(resources, at)
    second = await vendor.next_chat()
    gate.open_for_good()
    going, following = await ended(resources, going), await ended(resources, following)
    assert (going.status, following.status) == (RunStatus.SUCCEEDED, RunStatus.SUCCEEDED)
    assert first.body["messages"][0]["content"].startswith("You sort messages.\n")
    assert second.body["messages"][0]["content"].startswith("You are new.\n")
    assert going.task_revision_id != following.task_revision_id


async def test_A3_a_run_outlives_its_agent_and_assignment(
    resources: Resources, vendor: Any
) -> None:
    gate = Gate()
    vendor.will(Says(tuple(GOOD), gate))
    at = await assignment(resources, base_url=vendor.url)
    running, waiting = await queued(resources, at), await queued(resources, at)
    await vendor.next_chat()
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await unassign_task(work, str(at.id))
        await delete_agent(work, str(at.agent_id))
    gate.open_for_good()
    for run in (running, waiting):
        assert (await ended(resources, run)).status is RunStatus.SUCCEEDED


async def test_R3_each_step_is_announced_to_lists(resources: Resources, vendor: Any) -> None:
    seen: list[Message] = []
    async with resources.bus.subscribe("run") as changes:
        run = await queued(resources, await assignment(resources, base_url=vendor.url))
        async with asyncio.timeout(10):
            while not seen or seen[-1].fields["status"] != "SUCCEEDED":
                seen.append(await changes.get())
    assert [(message.id, message.fields["status"]) for message in seen] == [
        (str(run.id), status) for status in ("QUEUED", "RUNNING", "SUCCEEDED")
    ]


async def test_R2_fifty_runs_at_once_stay_apart(resources: Resources, vendor: Any) -> None:
    def echo(body: dict[str, Any]) -> Answer:
        said = body["messages"][-1]["content"].removeprefix("Classify: ")
        return Says((json.dumps({"said": said}),))

    vendor.default = echo
    schema = {"type": "object", "properties": {"said": {"type": "string"}}}
    at = await assignment(resources, base_url=vendor.url, response_schema=schema)
    runs = [await queued(resources, at, {"message": f"m{number}"}) for number in range(50)]
    for number, run in enumerate(runs):
        assert (await ended(resources, run)).output == {"said": f"m{number}"}
