"""Providers over GraphQL."""

from typing import Any

import pytest

from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from rota.providers.models import Provider, ProviderType
from tests.agents.factories import agent
from tests.conftest import GraphQL
from tests.observe import stored, subscriber
from tests.providers.factories import provider

CREATE = """
mutation ($input: CreateProviderInput!) {
  createProvider(input: $input) {
    __typename
    ... on CreateProviderPayload { provider { id name type baseUrl validationStatus revision } }
    ... on NameTakenError { message name existingId }
    ... on InvalidInputError { message issues { path message } }
  }
}
"""
UPDATE = """
mutation ($input: UpdateProviderInput!) {
  updateProvider(input: $input) {
    __typename
    ... on Error { message }
    ... on UpdateProviderPayload { provider {
      name baseUrl apiKeyHint isActive revision validationStatus models { name }
    } }
    ... on NotFoundError { path id }
    ... on NameTakenError { existingId }
    ... on InvalidInputError { issues { path } }
    ... on StaleRevisionError { currentRevision }
  }
}
"""
DELETE = """
mutation ($input: DeleteProviderInput!) {
  deleteProvider(input: $input) {
    __typename
    ... on DeleteProviderPayload { deletedId provider { id isActive } }
    ... on NotFoundError { path id }
  }
}
"""
VALIDATE = """
mutation ($input: ValidateProviderInput!) {
  validateProvider(input: $input) {
    __typename
    ... on ValidateProviderPayload { provider { validationStatus revision } }
    ... on NotFoundError { path id }
  }
}
"""
CHANGED = """
subscription ($id: ID) { providerChanged(id: $id) { kind id provider { name isActive } } }
"""
KEY = "sk-canary-5up3r53cr3t"


async def test_P1_created_provider_is_listed_by_name(graphql: GraphQL) -> None:
    for name in ("beta", "Alpha"):
        answer = await graphql(
            CREATE, input={"name": name, "type": "OLLAMA", "baseUrl": "http://127.0.0.1:9/"}
        )
        assert answer["createProvider"]["__typename"] == "CreateProviderPayload", answer
    listed = await graphql("{ providers { totalCount nodes { name baseUrl } } }")
    assert listed["providers"] == {
        "totalCount": 2,
        "nodes": [
            {"name": "Alpha", "baseUrl": "http://127.0.0.1:9"},
            {"name": "beta", "baseUrl": "http://127.0.0.1:9"},
        ],
    }


async def test_P1_taken_name_is_refused_whatever_its_case(graphql: GraphQL) -> None:
    first = await graphql(
        CREATE, input={"name": "Local", "type": "OLLAMA", "baseUrl": "http://127.0.0.1:9"}
    )
    second = await graphql(
        CREATE, input={"name": " lOCAL ", "type": "OLLAMA", "baseUrl": "http://127.0.0.1:9"}
    )
    assert second["createProvider"]["__typename"] == "NameTakenError"
    existing = first["createProvider"]["provider"]["id"]
    assert second["createProvider"]["existingId"] == existing


async def test_P1_left_out_stays_and_null_clears(graphql: GraphQL, resources: Resources) -> None:
    row = await provider(resources, type=ProviderType.OPENAI_COMPATIBLE, api_key=KEY)

    async def update(**changes: Any) -> dict[str, Any]:
        answer = await graphql(UPDATE, input={"id": str(row.id), **changes})
        result: dict[str, Any] = answer["updateProvider"]
        result.pop("message", None)
        return result

    renamed = await update(name="Gateway", expectedRevision=1)
    assert renamed["provider"] == {
        "name": "Gateway",
        "baseUrl": "http://127.0.0.1:9",
        "apiKeyHint": KEY[-4:],
        "isActive": True,
        "revision": 2,
        "validationStatus": "PENDING",
        "models": [],
    }
    assert (await update(apiKey=None))["provider"]["apiKeyHint"] is None
    before = await stored("provider")
    for field, value in (
        ("name", None),
        ("isActive", None),
        ("baseUrl", None),
        ("apiKey", ""),
    ):
        assert await update(**{field: value}) == {
            "__typename": "InvalidInputError",
            "issues": [{"path": [field]}],
        }
    assert await update(name="x", expectedRevision=1) == {
        "__typename": "StaleRevisionError",
        "currentRevision": 3,
    }
    assert await update(id="none") == {
        "__typename": "NotFoundError",
        "path": ["id"],
        "id": "none",
    }
    assert await stored("provider") == before


async def test_P6_deletion_answers_with_the_id_or_with_the_provider_in_use(
    graphql: GraphQL, resources: Resources
) -> None:
    unused, used = await provider(resources), await provider(resources)
    await agent(resources, provider=used)

    async def delete(key: str) -> dict[str, Any]:
        answer = await graphql(DELETE, input={"id": key})
        result: dict[str, Any] = answer["deleteProvider"]
        return result

    payload = {"__typename": "DeleteProviderPayload"}
    gone = str(unused.id)
    assert await delete(gone) == payload | {"deletedId": gone, "provider": None}
    assert await delete(str(used.id)) == payload | {
        "deletedId": None,
        "provider": {"id": str(used.id), "isActive": False},
    }
    for unknown in (gone, "none"):
        assert await delete(unknown) == {
            "__typename": "NotFoundError",
            "path": ["id"],
            "id": unknown,
        }


async def test_P4_a_check_on_demand_answers_pending(graphql: GraphQL, resources: Resources) -> None:
    row = await provider(resources)
    answer = await graphql(VALIDATE, Role.OPERATOR, input={"id": str(row.id)})
    assert answer["validateProvider"]["provider"] == {"validationStatus": "PENDING", "revision": 1}
    unknown = await graphql(VALIDATE, Role.OPERATOR, input={"id": "none"})
    assert unknown["validateProvider"]["__typename"] == "NotFoundError"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.EDITOR])
async def test_P1_who_may_not_write_is_refused(
    graphql: GraphQL, resources: Resources, role: Role
) -> None:
    key = str((await provider(resources)).id)
    before = await stored("provider")
    new = {"name": "x", "type": "OLLAMA", "baseUrl": "http://127.0.0.1:9"}
    for document, given in (
        (CREATE, new),
        (UPDATE, {"id": key, "name": "x"}),
        (DELETE, {"id": key}),
    ):
        answer = await graphql(document, role, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await stored("provider") == before
    assert (await graphql("{ providers { totalCount } }", role))["providers"] == {"totalCount": 1}


async def test_P1_every_change_of_the_settings_reaches_a_subscriber(
    graphql: GraphQL, resources: Resources
) -> None:
    async with subscriber(resources, CHANGED) as client:
        row = await provider(resources, name="Local")
        key = str(row.id)
        heard = [await client.next()]
        await graphql(UPDATE, input={"id": key, "isActive": False})
        heard.append(await client.next())
        await graphql(DELETE, input={"id": key})
        heard.append(await client.next())
    assert not await Provider.exists()
    assert heard == [
        {"kind": "CREATED", "id": key, "provider": {"name": "Local", "isActive": True}},
        {"kind": "UPDATED", "id": key, "provider": {"name": "Local", "isActive": False}},
        {"kind": "DELETED", "id": key, "provider": None},
    ]
