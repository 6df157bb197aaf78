"""The nine acceptance scenarios, through the public API of a running `rota up`."""

import asyncio
from itertools import count
from typing import Any

import jsonschema_rs
import pytest

from tests.scenarios.client import Client
from tests.scenarios.conftest import Vendor
from tests.scenarios.documents import (
    ASSIGN_TASK,
    CANCEL_RUN,
    CLASSIFICATION_SCHEMA,
    CREATE_AGENT,
    CREATE_PROVIDER,
    CREATE_TASK,
    DELETE_AGENT,
    MESSAGE_SCHEMA,
    RUN,
    RUN_TASK,
    UPDATE_AGENT,
    WATCH_PROVIDERS,
    WATCH_RUN,
)
from tests.vendors.script import Gate, Hangs, Says

_numbers = count(1)
GOOD = '{"category": "bug", "confidence": 0.9}'


async def _provider(up: Client, url: str) -> str:
    created = await up.change(
        CREATE_PROVIDER, name=f"Provider {next(_numbers)}", type="OPENAI_COMPATIBLE", baseUrl=url
    )
    return str(created["provider"]["id"])


async def _assigned(up: Client, url: str) -> dict[str, Any]:
    """An agent with a task on the vendor at this address: the ids of all."""
    provider = await _provider(up, url)
    agent = await up.change(
        CREATE_AGENT,
        name=f"Message Classifier {next(_numbers)}",
        providerId=provider,
        systemPrompt="You are old.",
        userPrompt="Classify: {{message}}",
        modelName="small",
    )
    task = await up.change(
        CREATE_TASK,
        name=f"Classify Message {next(_numbers)}",
        requestSchema=MESSAGE_SCHEMA,
        responseSchema=CLASSIFICATION_SCHEMA,
    )
    ids = {"agentId": agent["agent"]["id"], "taskId": task["task"]["id"]}
    assigned = await up.change(ASSIGN_TASK, **ids)
    return {"provider": provider, **ids, "assignmentId": assigned["assignment"]["id"]}


async def _run(up: Client, assignment_id: str) -> str:
    asked = await up.change(
        RUN_TASK, assignmentId=assignment_id, input={"message": "It crashes at start."}
    )
    assert asked["__typename"] == "RunTaskPayload", asked
    return str(asked["run"]["id"])


async def _ended(up: Client, run_id: str) -> dict[str, Any]:
    async with up.watch(WATCH_RUN, runId=run_id) as events:
        seen = await events.rest()
    assert [event["sequence"] for event in seen] == list(range(1, len(seen) + 1))
    run: dict[str, Any] = (await up.ask(RUN, id=run_id))["run"]
    return run


async def test_scenario_1_a_local_ollama_is_connected_while_subscribers_watch(
    up: Client, ollama: Vendor
) -> None:
    _, url = ollama
    name = f"Ollama {next(_numbers)}"
    async with up.watch(WATCH_PROVIDERS) as one, up.watch(WATCH_PROVIDERS) as other:
        created = await up.change(CREATE_PROVIDER, name=name, type="OLLAMA", baseUrl=url)
        provider = created["provider"]
        assert provider["validationStatus"] in ("PENDING", "VALIDATING")
        for watch in (one, other):
            async with asyncio.timeout(5):
                await watch.until(id=provider["id"], kind="CREATED")
                await watch.until(id=provider["id"], provider__validationStatus="VALIDATING")
                change = await watch.until(
                    id=provider["id"], provider__validationStatus="CONNECTED"
                )
            assert [model["name"] for model in change["provider"]["models"]] == ["small"]


async def test_scenario_2_an_agent_shows_what_it_is(up: Client, ollama: Vendor) -> None:
    _, url = ollama
    created = await up.change(
        CREATE_PROVIDER, name=f"Ollama {next(_numbers)}", type="OLLAMA", baseUrl=url
    )
    provider = created["provider"]
    made = await up.change(
        CREATE_AGENT,
        name="Message Classifier",
        description="Sorts messages.",
        providerId=provider["id"],
        systemPrompt="You sort messages.",
        modelName="small",
    )
    agent = made["agent"]
    assert (agent["name"], agent["description"], agent["modelName"], agent["revision"]) == (
        "Message Classifier",
        "Sorts messages.",
        "small",
        1,
    )
    assert agent["provider"] == {"id": provider["id"], "name": provider["name"]}


async def test_scenario_3_a_task_is_checked_then_saved(up: Client) -> None:
    check = "query ($schema: JSON!) { checkSchema(schema: $schema) { isValid issues { path } } }"
    checked = await up.ask(check, schema=CLASSIFICATION_SCHEMA)
    assert checked["checkSchema"] == {"isValid": True, "issues": []}
    made = await up.change(
        CREATE_TASK,
        name="Classify Message",
        requestSchema=MESSAGE_SCHEMA,
        responseSchema=CLASSIFICATION_SCHEMA,
    )
    assert made["task"]["responseSchema"] == CLASSIFICATION_SCHEMA
    assert list(made["task"]["responseSchema"]["properties"]) == [
        "category",
        "confidence",
        "reasoning",
    ]


async def test_scenario_4_an_assignment_has_an_instance_and_stands_once(
    up: Client, compatible: Vendor
) -> None:
    _, url = compatible
    watch_instances = "subscription { agentInstancesChanged { assignment { id } worker } }"
    async with up.watch(watch_instances) as instances:
        ids = await _assigned(up, url)
        async with asyncio.timeout(15):
            while True:
                listed = await instances.next()
                if ids["assignmentId"] in [one["assignment"]["id"] for one in listed]:
                    break
    of_agent = "query ($id: ID!) { agent(id: $id) { assignments { id isActive taskName } } }"
    shown = await up.ask(of_agent, id=ids["agentId"])
    assert [one["id"] for one in shown["agent"]["assignments"]] == [ids["assignmentId"]]
    again = await up.change(ASSIGN_TASK, agentId=ids["agentId"], taskId=ids["taskId"])
    assert again["__typename"] == "AlreadyAssignedError"
    assert again["assignmentId"] == ids["assignmentId"]
    shown = await up.ask(of_agent, id=ids["agentId"])
    assert len(shown["agent"]["assignments"]) == 1


async def test_scenario_5_an_edit_leaves_the_run_that_is_going_alone(
    up: Client, compatible: Vendor
) -> None:
    vendor, url = compatible
    gate = Gate()
    vendor.will(Says(tuple(GOOD), gate))
    ids = await _assigned(up, url)
    going = await _run(up, ids["assignmentId"])
    first = await vendor.next_chat()
    edited = await up.change(UPDATE_AGENT, id=ids["agentId"], systemPrompt="You are new.")
    assert edited["agent"]["revision"] == 2
    following = await _run(up, ids["assignmentId"])
    second = await vendor.next_chat()
    gate.open_for_good()
    old, new = await _ended(up, going), await _ended(up, following)
    assert (old["status"], old["agentRevision"]["revision"]) == ("SUCCEEDED", 1)
    assert (new["status"], new["agentRevision"]["revision"]) == ("SUCCEEDED", 2)
    assert first.body["messages"][0]["content"].startswith("You are old.\n\n")
    assert second.body["messages"][0]["content"].startswith("You are new.\n\n")


async def test_scenario_6_a_run_finishes_though_its_agent_is_deleted(
    up: Client, compatible: Vendor
) -> None:
    vendor, url = compatible
    gate = Gate()
    vendor.will(Says(tuple(GOOD), gate))
    ids = await _assigned(up, url)
    run_id = await _run(up, ids["assignmentId"])
    await vendor.next_chat()
    deleted = await up.change(DELETE_AGENT, id=ids["agentId"])
    assert deleted["deletedId"] == ids["agentId"]
    gone = await up.ask("query ($id: ID!) { agent(id: $id) { id } }", id=ids["agentId"])
    assert gone == {"agent": None}
    gate.open_for_good()
    run = await _ended(up, run_id)
    assert (run["status"], run["agent"]) == ("SUCCEEDED", None)
    assert run["agentRevision"]["systemPrompt"] == "You are old."


async def test_scenario_7_a_dead_address_is_named_to_subscribers(up: Client) -> None:
    async with up.watch(WATCH_PROVIDERS) as changes:
        created = await up.change(
            CREATE_PROVIDER,
            name=f"Dead {next(_numbers)}",
            type="OPENAI_COMPATIBLE",
            baseUrl="http://127.0.0.1:9/v1",
        )
        async with asyncio.timeout(5):
            change = await changes.until(
                id=created["provider"]["id"], provider__validationStatus="ERROR"
            )
    assert "refused the connection" in change["provider"]["validationError"]


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (
            {"type": "object", "properties": {"kind": {"type": "invalid_type"}}},
            ["responseSchema", "properties", "kind", "type"],
        ),
        ({"type": "object", "properties": "no object"}, ["responseSchema", "properties"]),
        ({"type": "invalid_type"}, ["responseSchema", "type"]),
    ],
)
async def test_scenario_8_a_schema_that_is_none_is_refused_with_the_place(
    up: Client, schema: Any, path: list[str]
) -> None:
    name = f"Broken {next(_numbers)}"
    refused = await up.change(CREATE_TASK, name=name, responseSchema=schema)
    assert refused["__typename"] == "InvalidInputError"
    assert path in [issue["path"] for issue in refused["issues"]]
    listed = await up.ask(
        "query ($name: String) { tasks(search: $name) { totalCount } }", name=name
    )
    assert listed["tasks"]["totalCount"] == 0


async def test_scenario_9_a_second_one_of_the_same_name_is_refused(
    up: Client, compatible: Vendor
) -> None:
    _, url = compatible
    number = next(_numbers)
    provider = await _provider(up, url)
    agent = {"providerId": provider, "systemPrompt": "Hello.", "modelName": "small"}
    first_agent = await up.change(CREATE_AGENT, name=f"Twin {number}", **agent)
    first_task = await up.change(
        CREATE_TASK, name=f"Twin {number}", responseSchema=CLASSIFICATION_SCHEMA
    )
    first_provider = await up.change(
        CREATE_PROVIDER, name=f"Twin {number}", type="OPENAI_COMPATIBLE", baseUrl=url
    )
    again = f"  tWIN {number} "
    for refused, existing in (
        (await up.change(CREATE_AGENT, name=again, **agent), first_agent["agent"]),
        (
            await up.change(CREATE_TASK, name=again, responseSchema={"type": "object"}),
            first_task["task"],
        ),
        (
            await up.change(CREATE_PROVIDER, name=again, type="OLLAMA", baseUrl=url),
            first_provider["provider"],
        ),
    ):
        assert refused["__typename"] == "NameTakenError", refused
        assert refused["existingId"] == existing["id"]
    twins = await up.ask(
        """query ($name: String) {
            agents(search: $name) { totalCount } tasks(search: $name) { totalCount }
            providers(search: $name) { nodes { name type } totalCount } }""",
        name=f"twin {number}",
    )
    assert {one["totalCount"] for one in twins.values()} == {1}
    assert twins["providers"]["nodes"] == [{"name": f"Twin {number}", "type": "OPENAI_COMPATIBLE"}]


async def test_R4_a_cancelled_run_closes_the_connection_to_the_vendor(
    up: Client, compatible: Vendor
) -> None:
    vendor, url = compatible
    vendor.will(Hangs())
    ids = await _assigned(up, url)
    run_id = await _run(up, ids["assignmentId"])
    chat = await vendor.next_chat()
    cancelled = await up.change(CANCEL_RUN, runId=run_id)
    assert cancelled["run"]["status"] == "CANCELLING"
    async with asyncio.timeout(5):
        await chat.closed.wait()
    run = await _ended(up, run_id)
    assert run["status"] == "CANCELLED"
    assert run["events"][-1]["__typename"] == "RunCancelled"


async def test_R2_the_output_satisfies_the_response_schema(up: Client, compatible: Vendor) -> None:
    vendor, url = compatible
    ids = await _assigned(up, url)
    run = await _ended(up, await _run(up, ids["assignmentId"]))
    jsonschema_rs.validate(CLASSIFICATION_SCHEMA, run["output"])
    system, user = vendor.chats[-1].body["messages"]
    assert run["prompt"] == {"system": system["content"], "user": user["content"]}
    assert system["content"].startswith("You are old.\n\n")
    assert user["content"] == "Classify: It crashes at start."
