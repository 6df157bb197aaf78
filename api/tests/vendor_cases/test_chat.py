"""What vendors answer: each handed case played to a run's end (V1 to V5, V7)."""

import json
from typing import Any

import pytest

from rota.platform.resources import Resources
from rota.runs import execution
from rota.runs.models import EventType, RunEvent, RunStatus
from tests.runs.conftest import Server
from tests.runs.factories import assignment, ended, queued
from tests.vendor_cases.cases import FOLDER, all_cases, cases, content, differs
from tests.vendors.script import Raw, Says

TASK = json.loads((FOLDER / "task.json").read_text())
GOOD = json.dumps({"category": "bug", "note": "it crashes"})
CHAT = cases("chat")


def answer(case: dict[str, Any]) -> Raw:
    headers = dict(case.get("headers", {}))
    body = content(case)
    if "newline" in case:
        body = body.replace(b"\n", case["newline"].encode())
    return Raw(
        body,
        case.get("status", 200),
        headers.pop("content-type", "text/event-stream"),
        headers,
        case.get("pieces", 0),
    )


async def played(resources: Resources, vendor: Server, case: dict[str, Any]) -> dict[str, Any]:
    vendor.will(answer(case))
    vendor.default = lambda _: Says((GOOD,)) if case.get("then") == "good" else answer(case)
    at = await assignment(
        resources,
        base_url=vendor.url,
        request_schema=None,
        response_schema=TASK,
        user_prompt=None,
        model_settings={"output_retries": 1},
    )
    run = await ended(resources, await queued(resources, at, "It crashes."))
    rejected = await RunEvent.filter(run_id=run.id, type=EventType.OUTPUT_REJECTED)
    return {
        "status": run.status.value,
        "output": run.output,
        "code": run.error_code,
        "message": run.error_message,
        "calls": len(vendor.chats),
        "usage": {
            "inputTokens": run.usage_input_tokens,
            "outputTokens": run.usage_output_tokens,
        },
        "rejections": len(rejected),
        "why": bool(rejected) and all(event.data["issues"] for event in rejected),
    }


@pytest.mark.usefixtures("run_loop", "quick")
@pytest.mark.parametrize("case", CHAT, ids=lambda case: case["id"])
async def test_V1_V2_V3_V4_V5_V7_what_vendors_send_is_heard_right(
    resources: Resources, vendor: Server, case: dict[str, Any]
) -> None:
    found = await played(resources, vendor, case)
    assert differs(case["expect"], found) == []
    assert found["code"] != "INTERNAL"
    assert found["calls"] <= len(execution.BACK_OFF_SECONDS) + 2


def test_a_wrong_result_is_told() -> None:
    """The negative control."""
    good = {"status": RunStatus.SUCCEEDED.value, "output": {}, "calls": 1, "message": None}
    assert differs({"status": "SUCCEEDED", "calls": [1, 1]}, good) == []
    assert differs({"status": "FAILED", "calls": [2, 9]}, good) != []
    assert differs({"any": [{"status": "FAILED"}, {"output": {"a": 1}}]}, good) != []
    assert differs({"message": "address"}, good) != []


def test_every_way_to_play_a_case_has_its_file() -> None:
    files = {"chat", "models", "url", "schema", "prompt", "graphql", "socket", "poll", "doctor"}
    assert {case["play"] for case in all_cases()} == files
