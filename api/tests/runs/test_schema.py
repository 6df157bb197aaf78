"""Runs over GraphQL, with the subscriptions that watch them: R3, A4, D5."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import pytest

from rota.platform.kernel.actor import Actor, Role
from rota.platform.resources import Resources
from rota.runs import claims
from rota.runs.claims import Usage
from rota.runs.models import EventType
from rota.wiring import RULES
from tests.conftest import SCHEMA, GraphQL, context_for, read_whole
from tests.runs.factories import assignment, ended, queued
from tests.vendors.script import Says

RUN_TASK = """
mutation ($input: RunTaskInput!) {
  runTask(input: $input) {
    __typename
    ... on RunTaskPayload { run { id status createdBy assignment { id } prompt { system user } } }
    ... on InvalidInputError { message issues { path message } }
    ... on Error { message }
  }
}
"""
RUN = """
query ($id: ID!) {
  run(id: $id) {
    status input output attempt lastSequence queuedAt startedAt finishedAt
    agentName taskName agent { name } task { name }
    agentRevision { revision systemPrompt } taskRevision { revision responseSchema }
    error { code message issues { path message } }
    usage { requests inputTokens outputTokens costUsd }
    events { __typename sequence at }
  }
}
"""
WATCH = """
subscription ($runId: ID!, $after: Int) {
  runEvents(runId: $runId, after: $after) {
    __typename sequence
    ... on RunOutputDelta { text }
    ... on RunOutputRejected { text issues { path message } }
    ... on RunSucceeded { output usage { requests } }
  }
}
"""
GOOD = '{"category": "bug", "confidence": 0.9}'


async def watch(
    resources: Resources, document: str, **variables: Any
) -> AsyncGenerator[dict[str, Any], None]:
    actor = Actor(name="Ada", role=Role.VIEWER)
    results = await SCHEMA.subscribe(
        document, variable_values=variables, context_value=context_for(resources, actor)
    )
    async for result in results:
        assert result.data is not None, result.errors
        yield read_whole(result.data)


@pytest.mark.usefixtures("run_loop")
async def test_R2_a_run_from_the_request_to_its_output(
    graphql: GraphQL, resources: Resources, vendor: Any
) -> None:
    vendor.will(Says((GOOD,)))
    at = await assignment(resources, base_url=vendor.url)
    asked = await graphql(
        RUN_TASK, input={"assignmentId": str(at.id), "input": {"message": "It crashes."}}
    )
    run = asked["runTask"]["run"]
    assert (run["status"], run["createdBy"]) == ("QUEUED", "Ada")
    assert run["prompt"] == {"system": "You sort messages.", "user": "Classify: It crashes."}
    seen = [event["runEvents"] async for event in watch(resources, WATCH, runId=run["id"])]
    assert [event["sequence"] for event in seen] == list(range(1, len(seen) + 1))
    assert seen[-1]["output"] == {"category": "bug", "confidence": 0.9}
    whole = (await graphql(RUN, id=run["id"]))["run"]
    assert whole["status"] == "SUCCEEDED"
    assert whole["usage"]["requests"] == 1
    assert [event["__typename"] for event in whole["events"]] == [
        event["__typename"] for event in seen
    ]


async def test_R1_a_wrong_input_is_a_member_of_the_union(
    graphql: GraphQL, resources: Resources
) -> None:
    at = await assignment(resources)
    answer = await graphql(
        RUN_TASK, input={"assignmentId": str(at.id), "input": {"message": ["x"]}}
    )
    assert answer["runTask"]["__typename"] == "InvalidInputError"
    assert answer["runTask"]["issues"][0]["path"] == ["input", "message"]
    listed = await graphql("{ runs { totalCount } }")
    assert listed == {"runs": {"totalCount": 0}}


@pytest.mark.parametrize("after", [0, 1, 3, 5])
async def test_R3_a_subscriber_that_comes_back_gets_the_rest_once(
    resources: Resources, after: int
) -> None:
    run = await queued(resources)
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    for number in range(3):
        await claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": str(number)})
    stream = watch(resources, WATCH, runId=str(run.id), after=after)
    seen = [(await anext(stream))["runEvents"]["sequence"] for _ in range(5 - after)]
    rest = asyncio.ensure_future(anext(stream))
    await claims.succeed(resources, RULES, claim, {"category": "bug", "confidence": 1}, Usage())
    seen.append((await rest)["runEvents"]["sequence"])
    assert seen == list(range(after + 1, 7))
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_R3_many_subscribers_each_see_every_event_once(resources: Resources) -> None:
    run = await queued(resources)

    async def follow() -> list[int]:
        stream = watch(resources, WATCH, runId=str(run.id))
        return [event["runEvents"]["sequence"] async for event in stream]

    followers = [asyncio.create_task(follow()) for _ in range(10)]
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    for number in range(50):
        await claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": str(number)})
    await claims.succeed(resources, RULES, claim, {"category": "bug", "confidence": 1}, Usage())
    async with asyncio.timeout(20):
        for seen in await asyncio.gather(*followers):
            assert seen == list(range(1, 54))


async def test_R3_events_arrive_though_the_bus_is_silent(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message is only a wake-up: without any, the next look finds the events."""
    run = await queued(resources)
    stream = watch(resources, WATCH, runId=str(run.id))
    assert (await anext(stream))["runEvents"]["sequence"] == 1

    async def lose(_: object) -> None:
        pass

    monkeypatch.setattr(resources.bus, "publish", lose)
    waiting = asyncio.ensure_future(anext(stream))
    await claims.claim_queued(resources, RULES, "worker", 1)
    async with asyncio.timeout(5):
        assert (await waiting)["runEvents"]["__typename"] == "RunStarted"


async def test_R3_a_subscription_to_an_unknown_run_is_refused(resources: Resources) -> None:
    for unknown in (str(uuid4()), "no id"):
        with pytest.raises(AssertionError, match="There is no run"):
            await anext(watch(resources, WATCH, runId=unknown))


async def test_R3_a_finished_run_known_to_its_end_completes_at_once(
    resources: Resources,
) -> None:
    run = await queued(resources)
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    await claims.succeed(resources, RULES, claim, {"category": "bug", "confidence": 1}, Usage())
    stream = watch(resources, WATCH, runId=str(run.id), after=3)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_R3_run_changed_feeds_lists_and_filters(resources: Resources) -> None:
    mine, other = await assignment(resources), await assignment(resources)
    document = """subscription ($id: ID) {
        runChanged(assignmentId: $id) { kind id run { status } } }"""
    stream = watch(resources, document, id=str(mine.id))
    waiting = asyncio.ensure_future(anext(stream))
    await queued(resources, other)
    run = await queued(resources, mine)
    change = (await waiting)["runChanged"]
    assert (change["kind"], change["id"]) == ("CREATED", str(run.id))
    following = asyncio.ensure_future(anext(stream))
    await claims.claim_queued(resources, RULES, "worker", 2)
    change = (await following)["runChanged"]
    assert (change["kind"], change["run"]["status"]) == ("UPDATED", "RUNNING")


async def test_R3_runs_are_listed_newest_first_page_by_page(
    graphql: GraphQL, resources: Resources
) -> None:
    at = await assignment(resources)
    ids = [str((await queued(resources, at)).id) for _ in range(5)]
    document = """query ($after: String, $statuses: [RunStatus!], $agentId: ID) {
        runs(first: 2, after: $after, statuses: $statuses, agentId: $agentId) {
            totalCount nodes { id } pageInfo { hasNextPage endCursor } } }"""
    seen: list[str] = []
    after = None
    while True:
        page = (await graphql(document, after=after, statuses=["QUEUED"]))["runs"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ids[::-1]
    assert page["totalCount"] == 5
    nothing: tuple[dict[str, Any], ...]
    nothing = ({"statuses": ["FAILED"]}, {"statuses": []}, {"agentId": "unknown"})
    for variables in nothing:
        assert (await graphql(document, **variables))["runs"]["nodes"] == []


async def test_A4_an_agent_shows_its_runs_and_counts(
    graphql: GraphQL, resources: Resources
) -> None:
    at = await assignment(resources)
    runs = [await queued(resources, at) for _ in range(3)]
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    await claims.succeed(resources, RULES, claim, {"category": "bug", "confidence": 1}, Usage())
    await claims.claim_queued(resources, RULES, "worker", 1)
    document = """query ($id: ID!) { agent(id: $id) {
        runCounts(since: "2026-01-01T00:00:00Z") { queued running succeeded failed cancelled }
        runs(first: 2) { nodes { id } totalCount } } }"""
    agent = (await graphql(document, id=str(at.agent_id)))["agent"]
    assert agent["runCounts"] == {
        "queued": 1,
        "running": 1,
        "succeeded": 1,
        "failed": 0,
        "cancelled": 0,
    }
    assert [node["id"] for node in agent["runs"]["nodes"]] == [
        str(runs[2].id),
        str(runs[1].id),
    ]
    assert agent["runs"]["totalCount"] == 3


@pytest.mark.usefixtures("run_loop")
async def test_R2_a_failure_is_shown_with_its_code(
    graphql: GraphQL, resources: Resources, vendor: Any
) -> None:
    vendor.default = lambda _: Says(("{}",))
    run = await queued(resources, await assignment(resources, base_url=vendor.url))
    await ended(resources, run)
    shown = (await graphql(RUN, id=str(run.id)))["run"]
    assert shown["error"]["code"] == "OUTPUT_INVALID"
    assert shown["error"]["issues"]
    assert shown["output"] is None
