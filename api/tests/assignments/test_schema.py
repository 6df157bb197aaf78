"""Assignments and instances over GraphQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rota.agents.service import delete_agent
from rota.assignments import instances
from rota.assignments.registry import AgentRegistry
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.messaging import presence
from rota.platform.messaging.presence import keep_presence
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.wiring import RULES
from tests.agents.factories import agent, edited
from tests.assignments.factories import assignment, unassigned
from tests.conftest import GraphQL
from tests.observe import statements, stored, subscriber
from tests.tasks.factories import task

ASSIGN = """
mutation ($agentId: ID!, $taskId: ID!) {
  assignTask(input: {agentId: $agentId, taskId: $taskId}) {
    __typename
    ... on AssignTaskPayload {
      assignment { id isActive agentName taskName assignedAt agent { name } task { name } }
    }
    ... on NotFoundError { message path id }
    ... on AlreadyAssignedError { message assignmentId }
    ... on Error { message }
  }
}
"""
UNASSIGN = """
mutation ($id: ID!) {
  unassignTask(input: {assignmentId: $id}) {
    __typename
    ... on UnassignTaskPayload { assignment { id isActive } }
    ... on NotFoundError { path id }
  }
}
"""
INSTANCE = "id worker agentRevision taskRevision useCount runningCount assignment { id agentName }"
LIST = """
{ assignments { totalCount nodes {
    agent { name } task { name } instances { worker assignment { id } } } } }
"""
NOTHING = "01920000-0000-7000-8000-000000000000"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(instances, "PAUSE_SECONDS", 0.02)


@asynccontextmanager
async def working(resources: Resources, name: str = "worker-1") -> AsyncIterator[AgentRegistry]:
    registry = AgentRegistry(resources, name)
    async with keep_presence(
        resources.redis, resources.bus, name, registry.snapshot, registry.changed
    ):
        yield registry


async def test_S1_a_task_is_assigned_and_unassigned(resources: Resources, graphql: GraphQL) -> None:
    who, what = await agent(resources, name="Ann"), await task(resources, name="Sort")
    pair: dict[str, Any] = {"agentId": str(who.id), "taskId": str(what.id)}
    answer = (await graphql(ASSIGN, **pair))["assignTask"]
    made = answer["assignment"]
    assert answer["__typename"] == "AssignTaskPayload"
    assert made["assignedAt"].endswith("Z")
    assert (made["agent"], made["task"]) == ({"name": "Ann"}, {"name": "Sort"})
    assert (made["agentName"], made["taskName"], made["isActive"]) == ("Ann", "Sort", True)
    again = (await graphql(ASSIGN, **pair))["assignTask"]
    assert again["__typename"] == "AlreadyAssignedError"
    assert again["assignmentId"] == made["id"]
    for _ in range(2):
        ended = (await graphql(UNASSIGN, id=made["id"]))["unassignTask"]
        assert ended["assignment"] == {"id": made["id"], "isActive": False}
    anew = (await graphql(ASSIGN, **pair))["assignTask"]
    assert anew["assignment"]["id"] != made["id"]


async def test_S1_what_is_not_there_is_not_found(resources: Resources, graphql: GraphQL) -> None:
    who, what = await agent(resources), await task(resources)
    before = await stored("assignment")
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"agentId": NOTHING, "taskId": str(what.id)}, ["agentId"]),
        ({"agentId": str(who.id), "taskId": "no-id"}, ["taskId"]),
    ]
    for pair, path in cases:
        answer = (await graphql(ASSIGN, **pair))["assignTask"]
        assert (answer["__typename"], answer["path"]) == ("NotFoundError", path)
        assert answer["id"] == pair[path[0]]
    answer = (await graphql(UNASSIGN, id="no-id"))["unassignTask"]
    assert answer == {"__typename": "NotFoundError", "path": ["assignmentId"], "id": "no-id"}
    assert await graphql('{ assignment(id: "no-id") { id } }') == {"assignment": None}
    assert await stored("assignment") == before


async def test_X3_an_operator_cannot_assign(resources: Resources, graphql: GraphQL) -> None:
    who, what = await agent(resources), await task(resources)
    answer = await graphql(ASSIGN, role=Role.OPERATOR, agentId=str(who.id), taskId=str(what.id))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_S1_assignments_are_filtered(resources: Resources, graphql: GraphQL) -> None:
    who = await agent(resources, name="Ann")
    rows = [await assignment(resources, who), await assignment(resources)]
    await unassigned(resources, rows[0])

    async def ids(arguments: str) -> list[str]:
        data = await graphql(f"{{ assignments({arguments}) {{ totalCount nodes {{ id }} }} }}")
        nodes = data["assignments"]["nodes"]
        assert data["assignments"]["totalCount"] == len(nodes)
        return [node["id"] for node in nodes]

    newest, oldest = str(rows[1].id), str(rows[0].id)
    assert await ids("first: null, isActive: null") == [newest, oldest]
    assert await ids("isActive: true") == [newest]
    assert await ids(f'agentId: "{who.id}"') == [oldest]
    assert await ids(f'taskId: "{rows[1].task_id}"') == [newest]
    assert await ids('search: "ANN"') == [oldest]
    assert await ids('agentId: "no-id"') == []


async def test_A3_the_assignment_of_a_deleted_agent_tells_its_name(
    resources: Resources, graphql: GraphQL
) -> None:
    made = await assignment(resources, await agent(resources, name="Ann"))
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await delete_agent(work, str(made.agent_id))
    answer = await graphql(
        "query ($id: ID!) { assignment(id: $id) { agent { id } agentName isActive task { id } } }",
        id=str(made.id),
    )
    assert answer["assignment"] == {
        "agent": None,
        "agentName": "Ann",
        "isActive": False,
        "task": {"id": str(made.task_id)},
    }


async def test_A4_a_page_of_assignments_takes_a_fixed_number_of_reads(
    resources: Resources, graphql: GraphQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    real = resources.redis.scan_iter

    def counted(*arguments: Any, **more: Any) -> Any:
        nonlocal looks
        looks += 1
        return real(*arguments, **more)

    monkeypatch.setattr(resources.redis, "scan_iter", counted)
    counts = []
    for _ in range(2):
        for _ in range(5):
            await assignment(resources)
        looks = 0
        with statements() as seen:
            assert "assignments" in await graphql(LIST)
        counts.append((len(seen), looks))
    assert counts[0] == counts[1]
    assert counts[0][1] == 1


# Instances -----------------------------------------------------------------------------


async def test_S2_instances_are_shown_across_workers(
    resources: Resources, graphql: GraphQL
) -> None:
    made, other = await assignment(resources), await assignment(resources)
    assert await graphql(f"{{ agentInstances {{ {INSTANCE} }} }}") == {"agentInstances": []}
    first, second = AgentRegistry(resources, "worker-1"), AgentRegistry(resources, "worker-2")
    await first.prepare(made.id)
    await first.prepare(other.id)
    await second.prepare(made.id)
    async with (
        asyncio.timeout(10),
        resources.bus.subscribe("worker") as heard,
        keep_presence(resources.redis, resources.bus, "worker-1", first.snapshot, first.changed),
        keep_presence(resources.redis, resources.bus, "worker-2", second.snapshot, second.changed),
    ):
        for _ in range(2):
            await heard.get()
        listed = (await graphql(f"{{ agentInstances {{ {INSTANCE} }} }}"))["agentInstances"]
        one = await graphql(
            "query ($id: ID!) { assignment(id: $id) { instances { worker useCount } } }",
            id=str(made.id),
        )
    assert [(entry["worker"], entry["assignment"]["id"]) for entry in listed] == [
        ("worker-1", str(made.id)),
        ("worker-1", str(other.id)),
        ("worker-2", str(made.id)),
    ]
    assert listed[0] == {
        "id": first.snapshot()[0]["id"],
        "worker": "worker-1",
        "agentRevision": 1,
        "taskRevision": 1,
        "useCount": 0,
        "runningCount": 0,
        "assignment": {"id": str(made.id), "agentName": made.agent_name},
    }
    assert one["assignment"]["instances"] == [
        {"worker": "worker-1", "useCount": 0},
        {"worker": "worker-2", "useCount": 0},
    ]


@pytest.mark.usefixtures("quick")
async def test_S2_a_subscriber_sees_the_list_at_once_and_every_change(
    resources: Resources,
) -> None:
    made = await assignment(resources)
    document = f"subscription {{ agentInstancesChanged {{ {INSTANCE} }} }}"
    async with subscriber(resources, document) as client:
        assert await client.next() == []
        async with working(resources) as registry:
            instance = await registry.prepare(made.id)
            assert instance
            (shown,) = await client.next()
            assert shown["id"] == str(instance.id)
            instance.running_count = 1
            registry.changed.set()
            assert (await client.next())[0]["runningCount"] == 1
        assert await client.next() == []


async def test_S2_a_subscriber_is_told_at_most_once_a_second(resources: Resources) -> None:
    made = await assignment(resources)
    now = asyncio.get_running_loop().time
    document = "subscription { agentInstancesChanged { worker } }"
    async with subscriber(resources, document) as client:
        await client.next()
        started = now()
        registry = AgentRegistry(resources, "worker-1")
        await registry.prepare(made.id)
        async with keep_presence(
            resources.redis, resources.bus, "worker-1", registry.snapshot, registry.changed
        ):
            assert await client.next() == [{"worker": "worker-1"}]
        assert 0.9 <= now() - started < 5


# Changes -------------------------------------------------------------------------------


async def test_S1_a_subscriber_sees_every_change_of_assignments(
    resources: Resources,
) -> None:
    who, what = await agent(resources), await task(resources)
    document = """
    subscription ($agentId: ID, $taskId: ID) {
      assignmentChanged(agentId: $agentId, taskId: $taskId) {
        kind id assignment { id agentName isActive }
      }
    }
    """
    async with (
        subscriber(resources, document) as every,
        subscriber(resources, document, agentId=str(who.id)) as of_agent,
        subscriber(resources, document, taskId=str(what.id)) as of_task,
        subscriber(resources, document, agentId="no-id") as of_none,
    ):
        alone = await assignment(resources, who)
        both = await assignment(resources, who, what)
        await edited(resources, who, name="Anna")
        await unassigned(resources, both)
        seen = [await every.next() for _ in range(5)]
        assert [(one["kind"], one["id"]) for one in seen] == [
            ("CREATED", str(alone.id)),
            ("CREATED", str(both.id)),
            ("UPDATED", str(alone.id)),
            ("UPDATED", str(both.id)),
            ("UPDATED", str(both.id)),
        ]
        assert seen[-1]["assignment"] == {
            "id": str(both.id),
            "agentName": "Anna",
            "isActive": False,
        }
        assert [await of_agent.next() for _ in range(5)] == seen
        theirs = [await of_task.next() for _ in range(3)]
        assert {one["id"] for one in theirs} == {str(both.id)}
        assert of_none._payloads.empty()
