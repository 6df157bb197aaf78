"""Tokens and sessions over GraphQL."""

from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from tests.access.factories import session
from tests.conftest import GraphQL

CREATE = """
mutation ($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    __typename
    ... on CreateApiTokenPayload {
      secret token { id name role createdAt expiresAt lastUsedAt }
    }
    ... on NameTakenError { message name existingId }
    ... on InvalidInputError { message issues { path message } }
  }
}
"""
REVOKE = """
mutation ($id: ID!) {
  revokeApiToken(input: { id: $id }) {
    __typename
    ... on RevokeApiTokenPayload { deletedId }
    ... on NotFoundError { message path id }
  }
}
"""
REVOKE_SESSION = """
mutation ($id: ID!) {
  revokeSession(input: { id: $id }) {
    __typename
    ... on RevokeSessionPayload { deletedId }
    ... on NotFoundError { path id }
  }
}
"""


async def test_the_viewer_is_who_asks(graphql: GraphQL) -> None:
    answer = await graphql("{ viewer { name role } }", role=Role.EDITOR)
    assert answer == {"viewer": {"name": "Ada", "role": "EDITOR"}}


async def test_X2_a_tokens_secret_is_shown_once(graphql: GraphQL) -> None:
    created = await graphql(
        CREATE,
        input={"name": " build ", "role": "OPERATOR", "expiresAt": "2100-01-01T00:00:00+01:00"},
    )
    payload = created["createApiToken"]
    assert payload["__typename"] == "CreateApiTokenPayload", created
    assert (
        payload["token"].items()
        >= {
            "name": "build",
            "role": "OPERATOR",
            "expiresAt": "2099-12-31T23:00:00Z",
            "lastUsedAt": None,
        }.items()
    )
    listed = await graphql("{ apiTokens { id name role createdAt expiresAt lastUsedAt } }")
    assert listed == {"apiTokens": [payload["token"]]}
    assert payload["secret"] not in str(listed)


async def test_a_taken_name_and_a_past_expiry_are_refused(graphql: GraphQL) -> None:
    first = await graphql(CREATE, input={"name": "build", "role": "OWNER"})
    taken = await graphql(CREATE, input={"name": "BUILD", "role": "OWNER"})
    past = {"name": "x", "role": "OWNER", "expiresAt": "2020-01-01T00:00:00Z"}
    late = await graphql(CREATE, input=past)
    assert taken["createApiToken"]["__typename"] == "NameTakenError"
    existing = first["createApiToken"]["token"]["id"]
    assert taken["createApiToken"]["existingId"] == existing
    assert [issue["path"] for issue in late["createApiToken"]["issues"]] == [["expiresAt"]]
    assert len((await graphql("{ apiTokens { id } }"))["apiTokens"]) == 1


async def test_X2_a_revoked_token_is_gone(graphql: GraphQL) -> None:
    created = await graphql(CREATE, input={"name": "build", "role": "OWNER"})
    token_id = created["createApiToken"]["token"]["id"]
    revoked = await graphql(REVOKE, id=token_id)
    assert revoked["revokeApiToken"] == {
        "__typename": "RevokeApiTokenPayload",
        "deletedId": token_id,
    }
    again = await graphql(REVOKE, id=token_id)
    assert again["revokeApiToken"]["__typename"] == "NotFoundError"
    assert again["revokeApiToken"]["path"] == ["id"]
    assert (await graphql("{ apiTokens { id } }"))["apiTokens"] == []


async def test_sessions_are_listed_and_revoked(graphql: GraphQL, resources: Resources) -> None:
    await session(resources, Role.VIEWER, name="Bob")
    [listed] = (await graphql("{ sessions { id name role isCurrent } }"))["sessions"]
    assert (listed["name"], listed["role"], listed["isCurrent"]) == ("Bob", "VIEWER", False)
    revoked = await graphql(REVOKE_SESSION, id=listed["id"])
    assert revoked["revokeSession"]["deletedId"] == listed["id"]
    assert (await graphql("{ sessions { id } }"))["sessions"] == []
    again = await graphql(REVOKE_SESSION, id="x")
    assert again["revokeSession"] == {"__typename": "NotFoundError", "path": ["id"], "id": "x"}
