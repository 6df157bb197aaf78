"""Providers over GraphQL."""

from tests.conftest import GraphQL

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
