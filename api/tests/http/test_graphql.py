"""GraphQL over HTTP: what is taken, how it is answered, and how bad requests are refused."""

import json
from typing import Any

import httpx
import pytest

from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from tests.access.factories import token
from tests.http.bug import FAILS, a_bug
from tests.http.clients import GRAPHQL_JSON, ask, bearer, codes
from tests.http.process import WebProcess

VIEWER = json.dumps({"query": "{ viewer { name } }"})
JSON_TYPE = {"Content-Type": "application/json"}


async def post(
    client: httpx.AsyncClient, secret: str, content: str | bytes, **headers: str
) -> httpx.Response:
    return await client.post(
        "/graphql", content=content, headers={**bearer(secret), **JSON_TYPE, **headers}
    )


async def test_a_query_is_answered_in_plain_json_unless_the_newer_type_is_named(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    _, secret = await token(resources, Role.EDITOR, name="Ada")
    for accept, type_ in (
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        (f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.001", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}; q=0.000, */*", "application/json"),
        (f"application/json, {GRAPHQL_JSON};q=0", "application/json"),
    ):
        response = await ask(client, "{ viewer { name role } }", secret, accept=accept)
        assert response.status_code == 200
        assert response.headers["content-type"] == f"{type_}; charset=utf-8"
        assert response.json() == {"data": {"viewer": {"name": "Ada", "role": "EDITOR"}}}


REFUSED = {
    "{ nothing }": ("BAD_REQUEST", 400),
    "{ viewer { name }": ("BAD_REQUEST", 400),
    "{ agents(first: -1) { totalCount } }": ("BAD_REQUEST", 200),
    "{ agents(first: 99999999999) { totalCount } }": ("BAD_REQUEST", 400),
    "{ apiTokens { id } }": ("FORBIDDEN", 200),
    "subscription { agentChanged { id } }": ("BAD_REQUEST", 400),
    "query A { __typename } query B { __typename }": ("BAD_REQUEST", 400),
    "fragment F on Query { __typename }": ("BAD_REQUEST", 400),
}


@pytest.mark.parametrize("document", REFUSED)
async def test_an_error_has_its_code_and_under_the_newer_type_its_status(
    document: str, client: httpx.AsyncClient, resources: Resources
) -> None:
    code, status = REFUSED[document]
    _, secret = await token(resources, Role.VIEWER)
    newer = await ask(client, document, secret, accept=GRAPHQL_JSON)
    assert (codes(newer.json()), newer.status_code) == ([code], status)
    assert ("data" in newer.json()) == (status == 200)
    assert codes((await ask(client, document, secret)).json()) == [code]


async def test_X4_only_post_is_taken(client: httpx.AsyncClient, secret: str) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS"):
        response = await client.request(
            method, "/graphql", params={"query": "{ viewer { name } }"}, headers=bearer(secret)
        )
        assert response.status_code == 405
        assert response.headers["allow"] == "POST"
        assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "type_",
    [
        "",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin-1",
    ],
)
async def test_X4_only_json_is_taken(type_: str, client: httpx.AsyncClient, secret: str) -> None:
    response = await post(client, secret, VIEWER, **{"Content-Type": type_})
    assert (response.status_code, codes(response.json())) == (415, ["BAD_REQUEST"])


@pytest.mark.parametrize(("coding", "status"), [("gzip", 415), ("br", 415), ("Identity", 200)])
async def test_X8_a_body_comes_as_it_is(
    coding: str, status: int, client: httpx.AsyncClient, secret: str
) -> None:
    response = await post(client, secret, VIEWER, **{"Content-Encoding": coding})
    assert response.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"query": "\xff"}',
        b'{"query": "{ viewer { name } }", "variables": {"a": NaN}}',
        b'{"query": "{ viewer { name } }", "variables": {"a": Infinity}}',
        b'{"query": "{ viewer { name } }", "variables": {"a": 1e400}}',
        b'{"query": "{ viewer { name } }", "variables": {"a": 1' + b"0" * 5000 + b"}}",
        b"[" * 100_000,
        b"null",
        b"1",
        b'"{ viewer { name } }"',
        b"[]",
        VIEWER.encode().join((b"[", b"]")),
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": ["{ viewer { name } }"]}',
        b'{"query": "{ viewer { name } }", "variables": []}',
        b'{"query": "{ viewer { name } }", "operationName": 1}',
        b'{"query": "{ viewer { name } }", "extensions": "x"}',
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_X8_a_broken_body_is_refused_with_400(
    body: bytes, client: httpx.AsyncClient, secret: str
) -> None:
    for accept in ("application/json", GRAPHQL_JSON):
        response = await post(client, secret, body, Accept=accept)
        assert (response.status_code, codes(response.json())) == (400, ["BAD_REQUEST"])


STRANGE: list[Any] = ["\x00", "\ud800", [["deep"]] * 2, 10**300, {"a": "\udc00"}]
TAKES_A_VALUE = [
    "query ($v: ID!) { agent(id: $v) { id } }",
    "query ($v: String) { agents(after: $v) { totalCount } }",
    "query ($v: Int) { agents(first: $v) { totalCount } }",
    "query ($v: JSON!) { checkSchema(schema: $v) { isValid } }",
    "query ($v: DateTime) { runs(queuedAfter: $v) { totalCount } }",
]


@pytest.mark.parametrize("value", STRANGE, ids=repr)
@pytest.mark.parametrize("document", TAKES_A_VALUE)
async def test_X8_a_strange_value_never_gets_further_than_a_refusal(
    value: Any, document: str, client: httpx.AsyncClient, secret: str
) -> None:
    response = await ask(client, document, secret, variables={"v": value})
    assert response.status_code == 200
    assert set(codes(response.json())) <= {"BAD_REQUEST"}, response.text


@pytest.mark.parametrize("value", STRANGE[:2], ids=repr)
@pytest.mark.parametrize("noun", ["providers", "agents", "tasks", "assignments"])
async def test_X8_a_strange_search_never_gets_further_than_a_refusal(
    value: str, noun: str, client: httpx.AsyncClient, secret: str
) -> None:
    document = f"query ($v: String) {{ {noun}(search: $v) {{ totalCount }} }}"
    response = await ask(client, document, secret, variables={"v": value})
    assert set(codes(response.json())) <= {"BAD_REQUEST"}, response.text


async def test_X8_a_body_over_the_limit_is_refused_before_it_is_read(
    client: httpx.AsyncClient, web: WebProcess, secret: str
) -> None:
    before = web.cpu_seconds
    response = await post(client, secret, b" " * 50_000_000)
    assert (response.status_code, codes(response.json())) == (413, ["BAD_REQUEST"])
    assert web.cpu_seconds - before < 1


async def test_X8_a_body_of_unknown_length_is_refused_once_it_is_too_long(
    client: httpx.AsyncClient, secret: str
) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 100_000

    response = await client.post(
        "/graphql", content=endless(), headers={**bearer(secret), **JSON_TYPE}
    )
    assert response.status_code == 413


async def test_the_largest_input_fits_into_a_body_with_all_its_escapes(
    client: httpx.AsyncClient, secret: str
) -> None:
    # A schema text of a mebibyte of quotes: two bytes each.
    variables = {"v": {"title": '"' * 1024 * 1024}}
    document = "query ($v: JSON!) { checkSchema(schema: $v) { isValid } }"
    response = await ask(client, document, secret, variables=variables)
    assert response.status_code == 200


def _nested_fragments() -> str:
    spreads = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(150))
    return f"{{ ...F0 }} {spreads} fragment F150 on Query {{ viewer {{ name }} }}"


def _nested_fields() -> str:
    fields = " ".join(
        f"fragment F{i} on Agent {{ assignments {{ agent {{ ...F{i + 1} }} }} }}"
        for i in range(120)
    )
    return f"{{ agent(id: 1) {{ ...F0 }} }} {fields} fragment F120 on Agent {{ id }}"


@pytest.mark.parametrize(
    "document",
    [
        "{" + " ".join(f"a{i}: __typename" for i in range(20_000)) + "}",
        "{" + " ".join(f"a{i}: viewer {{ name }}" for i in range(31)) + "}",
        "{ viewer { name } " * 5_000,
        "{ agent(id: 1) " + "{ assignments { agent " * 10 + "{ id }" + "} }" * 10 + " }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...Missing }",
        _nested_fragments()
        .replace("viewer { name }", "a: viewer { name }")
        .replace("{ ...F0 }", "{ ...F0 ...F0 }"),
        _nested_fields(),
        "{ checkSchema(schema: " + "[" * 900 + "]" * 900 + ") { isValid } }",
        "{ __schema { types " + "{ fields { type " * 6 + "{ name }" + "} }" * 6 + " } }",
        '{ agent(id: "' + "x" * 3_000_000 + '") { nothing } }',
        '{ agent(id: "' + "\\n" * 260_000 + '") { nothing } }',
    ],
    ids=lambda document: document[:40],
)
async def test_X8_a_bomb_is_refused_within_a_second(
    document: str, client: httpx.AsyncClient, web: WebProcess, secret: str
) -> None:
    before = web.cpu_seconds
    response = await ask(client, document, secret)
    assert web.cpu_seconds - before < 1
    assert set(codes(response.json())) == {"BAD_REQUEST"}, response.text[:500]
    assert "data" not in response.json()


async def test_fragments_spread_often_are_weighed_in_linear_time(
    client: httpx.AsyncClient, web: WebProcess, secret: str
) -> None:
    """It asks for no more than a name, and so it is answered."""
    before = web.cpu_seconds
    response = await ask(client, _nested_fragments(), secret)
    assert web.cpu_seconds - before < 1
    assert "viewer" in response.json()["data"]


async def test_a_page_of_everything_is_within_the_limits(
    client: httpx.AsyncClient, secret: str
) -> None:
    document = """{ runs { nodes { events { __typename } assignment { instances { assignment {
        agent { provider { models { name } } } } } } } } }"""
    assert "errors" not in (await ask(client, document, secret)).json()


async def test_a_bug_is_masked_and_its_trace_is_in_the_log_under_the_request_id(
    client: httpx.AsyncClient, web: WebProcess, resources: Resources, secret: str
) -> None:
    async with a_bug():
        response = await ask(client, FAILS, secret)
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    request_id = error["extensions"]["requestId"]
    assert response.headers["x-request-id"] == request_id
    assert request_id in error["message"]
    assert "audit_entry" not in response.text
    log = web.log.read_text()
    assert f"Request {request_id} failed." in log
    assert "Traceback" in log


@pytest.mark.parametrize(
    ("given", "kept"), [("trace-0123456789", True), ("short", False), ("x" * 65, False)]
)
async def test_a_sane_request_id_is_kept(
    given: str, kept: bool, client: httpx.AsyncClient, secret: str
) -> None:
    response = await post(client, secret, VIEWER, **{"X-Request-Id": given})
    assert (response.headers["x-request-id"] == given) == kept
