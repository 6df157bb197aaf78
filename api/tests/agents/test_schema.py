"""Agents over GraphQL."""

from decimal import Decimal
from typing import Any

import pytest

from rota.agents.service import delete_agent
from rota.platform.kernel.actor import Actor, Role
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.models import Provider
from rota.providers.service import get_provider, update_provider
from rota.wiring import RULES
from tests.agents.factories import agent, edited
from tests.assignments.factories import assignment
from tests.conftest import GraphQL
from tests.observe import statements, stored, subscriber
from tests.providers.factories import provider
from tests.tasks.factories import task

TABLES = ("agent", "agent_revision", "provider")
CREATE = """
mutation ($input: CreateAgentInput!) {
  createAgent(input: $input) {
    __typename
    ... on Error { message }
    ... on CreateAgentPayload { agent {
      id name description systemPrompt userPrompt modelName revision provider { name }
      modelSettings { temperature maxTokens timeoutSeconds outputRetries }
    } }
    ... on NameTakenError { name existingId }
    ... on NotFoundError { path id }
    ... on ProviderInactiveError { path providerId }
    ... on InvalidInputError { issues { path message } }
  }
}
"""
UPDATE = """
mutation ($input: UpdateAgentInput!) {
  updateAgent(input: $input) {
    __typename
    ... on UpdateAgentPayload { agent {
      name description userPrompt revision provider { name }
      modelSettings { temperature maxTokens timeoutSeconds outputRetries }
    } }
    ... on NotFoundError { path id }
    ... on ProviderInactiveError { path providerId }
    ... on InvalidInputError { issues { path } }
    ... on StaleRevisionError { currentRevision }
  }
}
"""
DELETE = """
mutation ($input: DeleteAgentInput!) {
  deleteAgent(input: $input) {
    __typename
    ... on DeleteAgentPayload { deletedId }
    ... on NotFoundError { path id }
  }
}
"""
CHANGED = """
subscription ($id: ID) { agentChanged(id: $id) { kind id agent { name revision } } }
"""
LIST = """
{ agents(first: 50) { totalCount nodes {
  name
  provider { name }
  assignments { task { name } }
  runCounts(since: "2026-01-01T00:00:00Z") { queued running succeeded failed cancelled }
} } }
"""


def draft(home: Provider, **more: Any) -> dict[str, Any]:
    return {
        "name": "Message Classifier",
        "providerId": str(home.id),
        "systemPrompt": "Sort it.",
        "modelName": "llama3.2",
        **more,
    }


async def test_A1_a_number_of_many_digits_is_rounded_as_floats_are(
    graphql: GraphQL, resources: Resources
) -> None:
    home = await provider(resources, name="Local")
    exact = {"temperature": Decimal("0.10000000000000001")}
    answer = await graphql(CREATE, input=draft(home, modelSettings=exact))
    assert answer["createAgent"]["agent"]["modelSettings"]["temperature"] == 0.1


async def test_A1_create_and_read(graphql: GraphQL, resources: Resources) -> None:
    home = await provider(resources, name="Local")
    answer = await graphql(
        CREATE, input=draft(home, description="Sorts.", modelSettings={"temperature": 0})
    )
    made = answer["createAgent"]["agent"]
    assert made == {
        "id": made["id"],
        "name": "Message Classifier",
        "description": "Sorts.",
        "systemPrompt": "Sort it.",
        "userPrompt": None,
        "modelName": "llama3.2",
        "revision": 1,
        "provider": {"name": "Local"},
        "modelSettings": {
            "temperature": 0.0,
            "maxTokens": None,
            "timeoutSeconds": None,
            "outputRetries": None,
        },
    }
    read = await graphql("query ($id: ID!) { agent(id: $id) { name } }", id=made["id"])
    assert read == {"agent": {"name": "Message Classifier"}}
    for unknown in ("", "no id", str(home.id)):
        read = await graphql("query ($id: ID!) { agent(id: $id) { name } }", id=unknown)
        assert read == {"agent": None}


async def test_A1_each_refusal_has_its_type(
    graphql: GraphQL, resources: Resources, owner: Actor
) -> None:
    home, closed = await provider(resources), await provider(resources)
    standing = await agent(resources, name="Taken", provider=home)
    async with unit_of_work(resources, RULES, owner) as work:
        await update_provider(work, str(closed.id), {"is_active": False}, None)
    before = await stored(*TABLES)

    async def refused(**changed: Any) -> dict[str, Any]:
        answer = await graphql(CREATE, input=draft(home) | changed)
        result: dict[str, Any] = answer["createAgent"]
        assert result.pop("message")
        return result

    assert await refused(name="taken") == {
        "__typename": "NameTakenError",
        "name": "taken",
        "existingId": str(standing.id),
    }
    assert await refused(providerId="none") == {
        "__typename": "NotFoundError",
        "path": ["providerId"],
        "id": "none",
    }
    assert await refused(providerId=str(closed.id)) == {
        "__typename": "ProviderInactiveError",
        "path": ["providerId"],
        "providerId": str(closed.id),
    }
    invalid = await refused(modelSettings={"maxTokens": 0})
    assert invalid["__typename"] == "InvalidInputError"
    assert [issue["path"] for issue in invalid["issues"]] == [["modelSettings", "maxTokens"]]
    assert await stored(*TABLES) == before


async def test_A2_left_out_stays_null_clears_and_settings_merge(
    graphql: GraphQL, resources: Resources
) -> None:
    made = await agent(
        resources,
        description="old",
        user_prompt="old",
        model_settings={"temperature": 1, "max_tokens": 5},
    )

    async def update(**changes: Any) -> dict[str, Any]:
        answer = await graphql(UPDATE, input={"id": str(made.id), **changes})
        result: dict[str, Any] = answer["updateAgent"]
        return result

    changed = await update(
        userPrompt=None, modelSettings={"maxTokens": None, "outputRetries": 3}, expectedRevision=1
    )
    assert changed["agent"]["description"] == "old"
    assert changed["agent"]["userPrompt"] is None
    assert changed["agent"]["modelSettings"] == {
        "temperature": 1.0,
        "maxTokens": None,
        "timeoutSeconds": None,
        "outputRetries": 3,
    }
    reset = await update(modelSettings=None, expectedRevision=None)
    assert set(reset["agent"]["modelSettings"].values()) == {None}
    assert reset["agent"]["revision"] == 3
    assert await update(modelSettings={}) == reset
    assert await update(name=None) == {
        "__typename": "InvalidInputError",
        "issues": [{"path": ["name"]}],
    }
    assert await update(name="x", expectedRevision=2) == {
        "__typename": "StaleRevisionError",
        "currentRevision": 3,
    }
    assert await update(id="none", name="x") == {
        "__typename": "NotFoundError",
        "path": ["id"],
        "id": "none",
    }


async def test_A2_A3_revisions_stay_readable_once_the_agent_is_deleted(
    graphql: GraphQL, resources: Resources
) -> None:
    made = await agent(resources, name="Sorter")
    for n in range(3):
        await edited(resources, made, system_prompt=f"Prompt {n}")
    key = str(made.id)
    answer = await graphql(DELETE, input={"id": key})
    assert answer == {"deleteAgent": {"__typename": "DeleteAgentPayload", "deletedId": key}}
    again = await graphql(DELETE, input={"id": key})
    assert again["deleteAgent"] == {"__typename": "NotFoundError", "path": ["id"], "id": key}

    page = """query ($id: ID!, $after: String) {
      agentRevisions(agentId: $id, first: 3, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { revision systemPrompt createdBy agentId providerName }
      } }"""
    first = (await graphql(page, id=key))["agentRevisions"]
    rest = (await graphql(page, id=key, after=first["pageInfo"]["endCursor"]))["agentRevisions"]
    assert first["totalCount"] == 4
    assert [node["systemPrompt"] for node in first["nodes"] + rest["nodes"]] == [
        "Prompt 2",
        "Prompt 1",
        "Prompt 0",
        "Sort it.",
    ]
    assert not rest["pageInfo"]["hasNextPage"]
    assert rest["nodes"][0]["agentId"] == key
    assert (await graphql(page, id="none"))["agentRevisions"]["nodes"] == []


@pytest.mark.parametrize("search", ["a\x00", "\ud800"])
@pytest.mark.parametrize("noun", ["providers", "agents", "tasks"])
async def test_A1_X8_what_no_name_holds_is_refused_as_a_search(
    graphql: GraphQL, noun: str, search: str
) -> None:
    document = f"query ($search: String) {{ {noun}(search: $search) {{ totalCount }} }}"
    answer = await graphql(document, search=search)
    assert answer["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


async def test_A1_X8_the_wildcards_of_the_database_are_plain_characters(
    graphql: GraphQL, resources: Resources
) -> None:
    await agent(resources, name="100% sure_x\\y")
    document = "query ($search: String) { agents(search: $search) { totalCount } }"
    for search, count in (("0% S", 1), ("_", 1), ("x\\Y", 1), ("1%e", 0), ("s__e", 0)):
        answer = await graphql(document, search=search)
        assert answer["agents"]["totalCount"] == count


async def test_A4_any_number_of_agents_costs_the_same_statements(
    graphql: GraphQL, resources: Resources
) -> None:
    homes = [await provider(resources) for _ in range(3)]
    tasks = [await task(resources) for _ in range(2)]
    counts = []
    made = 0
    for size in (5, 50):
        while made < size:
            user = await agent(resources, provider=homes[made % 3])
            for each in tasks:
                await assignment(resources, user, each)
            made += 1
        with statements() as seen:
            answer = await graphql(LIST)
        assert len(answer["agents"]["nodes"]) == size
        for node in answer["agents"]["nodes"]:
            assert node["provider"]["name"] in {home.name for home in homes}
            assert len(node["assignments"]) == len(tasks)
            assert set(node["runCounts"].values()) == {0}
        counts.append(len(seen))
    # The page with its providers, its total, and a read of assignments with tasks, and of counts.
    assert counts == [4, 4]


async def test_A4_the_counter_of_statements_would_notice(resources: Resources) -> None:
    home = await provider(resources)
    with statements() as seen:
        for _ in range(5):
            await get_provider(str(home.id))
    assert len(seen) == 5


async def test_A4_all_is_counted_only_when_it_is_selected(
    graphql: GraphQL, resources: Resources
) -> None:
    await agent(resources)
    with statements() as without:
        await graphql("{ agents { nodes { name } } }")
    with statements() as counted:
        await graphql("{ agents { totalCount nodes { name } } }")
    assert (len(without), len(counted)) == (1, 2)


async def test_A1_every_change_reaches_every_subscriber_that_wants_it(
    resources: Resources,
) -> None:
    other = await agent(resources)
    async with (
        subscriber(resources, CHANGED) as everything,
        subscriber(resources, CHANGED, id=str(other.id)) as only_other,
    ):
        made = await agent(resources, name="Sorter")
        key = str(made.id)
        heard = [await everything.next()]
        await edited(resources, made, name="Sorter 2")
        heard.append(await everything.next())
        async with unit_of_work(resources, RULES, Actor("Ada", Role.EDITOR)) as work:
            await delete_agent(work, key)
        heard.append(await everything.next())
        await edited(resources, other, name="Other")
        assert (await only_other.next())["agent"] == {"name": "Other", "revision": 2}
    assert heard == [
        {"kind": "CREATED", "id": key, "agent": {"name": "Sorter", "revision": 1}},
        {"kind": "UPDATED", "id": key, "agent": {"name": "Sorter 2", "revision": 2}},
        {"kind": "DELETED", "id": key, "agent": None},
    ]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_A1_who_may_not_write_is_refused(
    graphql: GraphQL, resources: Resources, role: Role
) -> None:
    made = await agent(resources)
    home = await Provider.get(id=made.provider_id)
    before = await stored(*TABLES)
    for document, given in (
        (CREATE, draft(home)),
        (UPDATE, {"id": str(made.id), "name": "x"}),
        (DELETE, {"id": str(made.id)}),
    ):
        answer = await graphql(document, role, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await stored(*TABLES) == before
    assert (await graphql("{ agents { totalCount } }", role))["agents"] == {"totalCount": 1}
    assert (await graphql(UPDATE, Role.EDITOR, input={"id": str(made.id), "name": "x"}))[
        "updateAgent"
    ]["agent"]["name"] == "x"
