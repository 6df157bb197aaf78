"""Clients that try a document's hash before the document itself, as Apollo's and urql's do."""

import json
from typing import Any

import httpx
import pytest

from rota.http.operation import PersistedQueryNotSupported, read_operation
from rota.platform.kernel.errors import BadRequest
from tests.http.clients import GRAPHQL_JSON, bearer, open_socket
from tests.http.process import WebProcess

HASH = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
VIEWER = "query V { viewer { role } }"
# Apollo's client leaves the document out, and urql's as well; others say that it is null.
TRIES: list[dict[str, Any]] = [
    {"operationName": "V", "variables": {}, "extensions": HASH},
    {"extensions": {**HASH, "clientLibrary": {"name": "x", "version": "1"}}},
    {"query": None, "variables": None, "operationName": None, "extensions": HASH},
    {"query": "", "extensions": HASH},
]


def is_told(errors: list[dict[str, Any]]) -> None:
    [error] = errors
    assert error["message"] == "PersistedQueryNotSupported"
    assert error["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("accept", ["application/json", f"{GRAPHQL_JSON}, application/json;q=0.9"])
@pytest.mark.parametrize("content", TRIES)
async def test_over_http_the_client_goes_on_with_the_document(
    content: dict[str, Any], accept: str, client: httpx.AsyncClient, secret: str
) -> None:
    headers = {**bearer(secret), "Accept": accept}
    response = await client.post("/graphql", json=content, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(accept.split(",", maxsplit=1)[0])
    assert response.json().keys() == {"errors"}
    is_told(response.json()["errors"])
    response = await client.post("/graphql", json={**content, "query": VIEWER}, headers=headers)
    assert response.json() == {"data": {"viewer": {"role": "OWNER"}}}


@pytest.mark.parametrize("content", TRIES)
async def test_on_a_socket_the_operation_is_answered_and_the_socket_stays(
    content: dict[str, Any], web: WebProcess, secret: str
) -> None:
    async with open_socket(web) as socket:
        await socket.sign_in(secret)
        await socket.send({"id": "1", "type": "subscribe", "payload": content})
        frame = await socket.next()
        assert (frame["id"], frame["type"]) == ("1", "error")
        is_told(frame["payload"])
        payload = {**content, "query": VIEWER}
        await socket.send({"id": "1", "type": "subscribe", "payload": payload})
        assert (await socket.next())["payload"] == {"data": {"viewer": {"role": "OWNER"}}}
        assert await socket.next() == {"id": "1", "type": "complete"}


async def test_whoever_has_not_signed_in_hears_nothing_of_it(
    client: httpx.AsyncClient, web: WebProcess
) -> None:
    response = await client.post("/graphql", json=TRIES[0])
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    async with open_socket(web) as socket:
        await socket.send({"id": "1", "type": "subscribe", "payload": TRIES[0]})
        assert await socket.closed() == 4401


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"extensions": {}},
        {"extensions": {"persistedQuery": None}},
        {"extensions": []},
        {"query": 5, "extensions": HASH},
        {"variables": {}, "extensions": {"other": HASH}},
    ],
    ids=json.dumps,
)
def test_what_is_no_try_of_a_hash_lacks_its_document(content: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="`query` must be") as raised:
        read_operation(content)
    assert not isinstance(raised.value, PersistedQueryNotSupported)
