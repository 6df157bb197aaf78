"""What was sent and said is kept, request by request, and shown as it was."""

import json

import pytest

from rota.inference.modes import OutputMode
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.runs import service
from rota.runs.models import EventType, RunEvent, RunStatus
from rota.wiring import RULES
from tests.conftest import GraphQL
from tests.runs.conftest import Server
from tests.runs.factories import assignment, done, ended, queued
from tests.vendors.script import Fails, Hangs, Raw, Resets, Says, Trouble

pytestmark = pytest.mark.usefixtures("run_loop", "quick")
GOOD = '{"category": "bug", "confidence": 0.9}'
BAD = '{"category": "nonsense", "confidence": 7}'
THOUGHT = "<think>It crashes, so…</think>\n"


async def test_each_request_is_shown_whole_as_it_went_out(
    resources: Resources, vendor: Server
) -> None:
    vendor.will(Says((THOUGHT, BAD)), Fails(Trouble.RATE_LIMIT), Says((THOUGHT, GOOD)))
    run = await done(resources, vendor.url)
    requests = await service.list_requests(run.id)
    assert [request.position for request in requests] == [1, 2, 3]
    assert [request.messages for request in requests] == [
        chat.body["messages"] for chat in vendor.chats
    ]
    assert [request.text for request in requests] == [BAD, None, GOOD]
    assert [bool(request.issues) for request in requests] == [True, False, False]
    first, refused, last = requests
    assert (first.thoughts, first.finish_reason) == ("It crashes, so…", "stop")
    assert (refused.finish_reason, refused.first_token_at) == (None, None)
    assert last.schema == vendor.chats[0].body["response_format"]["json_schema"]["schema"]
    assert {request.output_mode for request in requests} == {OutputMode.ENFORCED_AND_SHOWN}
    assert (
        first.started_at
        <= (first.first_token_at or first.started_at)
        <= (first.finished_at or first.started_at)
    )
    assert last.input_tokens is not None
    assert run.thoughts == "It crashes, so…"


@pytest.mark.parametrize(
    ("said", "thoughts"),
    [
        ([THOUGHT + BAD, GOOD], None),  # before the answer that was kept
        ([BAD, THOUGHT + BAD], "It crashes, so…"),  # else before the last one
        ([THOUGHT + BAD, "<think>And now?</think>"], "And now?"),
    ],
)
async def test_the_thoughts_of_a_run_are_those_of_its_answer(
    resources: Resources, vendor: Server, said: list[str], thoughts: str | None
) -> None:
    vendor.will(*(Says((text,)) for text in said))
    run = await done(resources, vendor.url, output_retries=1)
    assert run.thoughts == thoughts
    requests = await service.list_requests(run.id)
    assert (requests[-1].thoughts, len(requests)) == (thoughts, 2)


async def test_what_is_stored_of_messages_is_what_is_new(
    resources: Resources, vendor: Server
) -> None:
    vendor.default = lambda _: Says((BAD,))
    run = await done(resources, vendor.url, output_retries=2)
    stored = [
        record
        for event in await RunEvent.filter(run_id=run.id).order_by("sequence")
        for record in event.requests or ()
    ]
    assert [(one["repeated"], len(one["messages"])) for one in stored] == [(0, 2), (2, 2), (4, 2)]


async def test_R3_events_are_read_without_the_requests(
    resources: Resources, vendor: Server
) -> None:
    run = await done(resources, vendor.url)
    assert [event.requests for event in await service.list_events(run.id, 100, 0)] == [
        None for _ in range(run.last_sequence)
    ]
    assert len(await service.list_requests(run.id)) == 1


READ = """query ($id: ID!) { run(id: $id) {
    outputMode thoughts usage { requests cachedTokens } error { code message vendorMessage }
    requests { attempt position messages outputMode schema text issues { path message }
      finishReason inputTokens outputTokens cachedTokens thoughts
      startedAt firstTokenAt finishedAt }
    events { ... on RunStarted { outputMode } ... on RunFailed { error { vendorMessage } } } } }"""


async def test_R6_the_vendors_words_are_for_those_who_operate(
    resources: Resources, vendor: Server, graphql: GraphQL
) -> None:
    body = {"error": {"message": "Out of flux capacitors.", "type": "odd"}}
    vendor.default = lambda _: Raw(json.dumps(body).encode(), 418)
    run = await done(resources, vendor.url)
    for role in Role:
        shown = (await graphql(READ, role=role, id=str(run.id)))["run"]
        words = "Out of flux capacitors." if role >= Role.OPERATOR else None
        assert shown["error"]["vendorMessage"] == words
        assert shown["events"][-1]["error"]["vendorMessage"] == words
        assert "flux" not in shown["error"]["message"]
        assert shown["requests"][0]["text"] is None


async def test_R2_a_run_shows_all_of_it(
    resources: Resources, vendor: Server, graphql: GraphQL
) -> None:
    vendor.will(Says((BAD,)))
    run = await done(resources, vendor.url)
    shown = (await graphql(READ, id=str(run.id)))["run"]
    assert shown["outputMode"] == shown["events"][1]["outputMode"] == "ENFORCED_AND_SHOWN"
    assert shown["usage"] == {"requests": 2, "cachedTokens": 0}
    assert shown["error"] is None
    first, second = shown["requests"]
    assert {tuple(issue["path"]) for issue in first["issues"]} == {("category",), ("confidence",)}
    assert [message["role"] for message in second["messages"]] == [
        "system", "user", "assistant", "user",
    ]  # fmt: skip
    assert (first["attempt"], second["position"]) == (1, 2)


async def test_R6_a_connection_that_breaks_costs_no_correction(
    resources: Resources, vendor: Server
) -> None:
    """Of one correction that is allowed, the first try breaks amid its answer."""
    vendor.will(Says((BAD,)), Resets(), Says((GOOD,)))
    run = await done(resources, vendor.url, output_retries=1)
    assert run.status is RunStatus.SUCCEEDED
    assert [len(chat.body["messages"]) for chat in vendor.chats] == [2, 4, 4]
    rejected = await RunEvent.filter(run_id=run.id, type=EventType.OUTPUT_REJECTED).count()
    assert rejected == 1


async def test_R6_a_connection_that_breaks_gives_no_correction_more(
    resources: Resources, vendor: Server
) -> None:
    vendor.will(Says((BAD,)), Resets(), Says((BAD,)))
    run = await done(resources, vendor.url, output_retries=1)
    assert (run.status, run.error_code) == (RunStatus.FAILED, "OUTPUT_INVALID")
    assert len(vendor.chats) == 3


async def test_R4_what_a_cancelled_run_was_sent_is_kept(
    resources: Resources, vendor: Server
) -> None:
    vendor.will(Hangs())
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    await vendor.next_chat()
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await service.cancel_run(work, str(run.id))
    await ended(resources, run)
    [request] = await service.list_requests(run.id)
    assert (request.text, request.messages) == (None, vendor.chats[0].body["messages"])
