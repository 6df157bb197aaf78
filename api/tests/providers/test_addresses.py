"""P3: an address that is not quite right is named with the right one, and a server that lists no
models is known by how it takes a chat."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from rota.platform.egress import EgressPolicy
from rota.platform.http_client import HttpClient, open_client
from rota.providers import connection
from rota.providers.addresses import normalise_base_url, origin, path_of, with_path
from rota.providers.connection import MAX_MODELS, MAX_PAGES, CheckFailed, list_models
from rota.providers.models import ProviderType
from rota.providers.servers import server_of
from tests.providers.routes import Reply, Routes, listing
from tests.vendors.server import serve

OLLAMA, OPENAI, COMPATIBLE = ProviderType
KEY = "sk-canary-5up3r53cr3t"
TAGS: Reply = (200, {"models": [{"name": "llama3.2", "model": "llama3.2"}]})
LACKING: Reply = (400, {"error": {"message": "'messages' is a required property"}})
A_SERVER = {
    "GET /v1/models": listing("m"),
    "POST /v1/chat/completions": LACKING,
}
AN_OLLAMA = A_SERVER | {"GET /": (200, b"Ollama is running"), "GET /api/tags": TAGS}
A_GATEWAY = {"GET /team/api/v1/models": listing("m"), "GET /": (200, b"<html>Welcome</html>")}
quick = settings(max_examples=300, deadline=None, database=None)


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with open_client(EgressPolicy()) as client:
        yield client


async def check(
    client: HttpClient, routes: Routes, path: str, kind: ProviderType = COMPATIBLE
) -> list[str] | CheckFailed:
    """What the check of this path comes to, `{url}` in place of the server's own address."""
    async with serve(routes) as url:
        try:
            return await list_models(client, kind, url + path, None if kind is OLLAMA else KEY)
        except CheckFailed as failure:
            fix = failure.fix and failure.fix.replace(url, "{url}")
            return CheckFailed(failure.message.replace(url, "{url}"), fix)


async def failed(
    client: HttpClient, routes: Routes, path: str, kind: ProviderType = COMPATIBLE
) -> CheckFailed:
    found = await check(client, routes, path, kind)
    assert isinstance(found, CheckFailed)
    assert KEY not in f"{found.message} {found.fix}"
    return found


# The right address ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "server", "path", "right"),
    [
        (COMPATIBLE, A_SERVER, "", "/v1"),
        (COMPATIBLE, A_SERVER, "/v1/chat/completions", "/v1"),
        (COMPATIBLE, A_SERVER, "/v1/completions", "/v1"),
        (COMPATIBLE, A_SERVER, "/v1/models", "/v1"),
        (COMPATIBLE, A_SERVER, "/v1/embeddings", "/v1"),
        (COMPATIBLE, A_SERVER, "/v1/responses", "/v1"),
        (COMPATIBLE, A_SERVER, "/v1/Chat/Completions", "/v1"),
        (COMPATIBLE, A_SERVER, "/v1/v1", "/v1"),
        (COMPATIBLE, A_SERVER, "//v1", "/v1"),
        (COMPATIBLE, A_SERVER, "/chat/completions", "/v1"),
        (COMPATIBLE, A_SERVER, "/models", "/v1"),
        (COMPATIBLE, AN_OLLAMA, "", "/v1"),
        (COMPATIBLE, AN_OLLAMA, "/api", "/v1"),
        (COMPATIBLE, AN_OLLAMA, "/api/tags", "/v1"),
        (COMPATIBLE, AN_OLLAMA, "/api/chat", "/v1"),
        (COMPATIBLE, AN_OLLAMA, "/api/generate", "/v1"),
        (COMPATIBLE, A_GATEWAY, "/team/api", "/team/api/v1"),
        (COMPATIBLE, A_GATEWAY, "/team/api/v1/chat/completions", "/team/api/v1"),
        (COMPATIBLE, {"GET /models": listing("m")}, "/chat/completions", ""),
        (COMPATIBLE, {"GET /paas/v4/models": listing("m")}, "/paas/v4/responses", "/paas/v4"),
        (COMPATIBLE, A_SERVER | {"GET /models": (200, b"<html></html>")}, "", "/v1"),
        (COMPATIBLE, A_SERVER | {"GET /models": (500, b"")}, "", "/v1"),
        # A server that takes any path for a good one is no reason to leave this one.
        (COMPATIBLE, A_SERVER | {"GET /v1/models/models": listing("m")}, "/v1/models", "/v1"),
        (OLLAMA, AN_OLLAMA, "/v1", ""),
        (OLLAMA, AN_OLLAMA, "/api", ""),
        (OLLAMA, AN_OLLAMA, "/api/tags", ""),
        (OLLAMA, AN_OLLAMA, "/api/chat", ""),
        (OLLAMA, AN_OLLAMA, "/v1/chat/completions", ""),
        (OLLAMA, AN_OLLAMA, "/v1/models", ""),
        (OLLAMA, {"GET /box/api/tags": TAGS}, "/box/api/generate", "/box"),
    ],
)
async def test_P3_the_right_address_is_found_and_named(
    client: HttpClient,
    kind: ProviderType,
    server: dict[str, Reply],
    path: str,
    right: str,
) -> None:
    routes = Routes(server)
    found = await failed(client, routes, path, kind)
    assert found.fix == f"{{url}}{right}"
    assert found.message.endswith(f"try {found.fix}")
    assert f"{{url}}{path} is " in found.message
    assert all(route.startswith("GET ") for route in routes.routes_asked)
    # And that one is fine.
    assert isinstance(await check(client, Routes(server), right, kind), list)


@pytest.mark.parametrize(
    ("kind", "server", "path"),
    [
        (COMPATIBLE, {}, ""),
        (COMPATIBLE, {}, "/v1/chat/completions"),
        (COMPATIBLE, {"GET /v1/models": (200, b"<html>Welcome</html>")}, ""),
        (COMPATIBLE, {"GET /v1/models": (500, b"")}, ""),
        (COMPATIBLE, {"GET /v1/models": (302, b"")}, ""),
        (COMPATIBLE, {"GET /v1/models": (200, {"hello": "world"})}, "/v1/models"),
        (COMPATIBLE, {"GET /v1/models": listing("m"), "GET /models": (401, b"")}, ""),
        (COMPATIBLE, {"GET /v1/models": listing("m"), "GET /models": (429, b"")}, ""),
        (COMPATIBLE, {"GET /v1/models": listing("m"), "GET /models": (302, b"")}, ""),
        (OLLAMA, A_SERVER, ""),
        (OLLAMA, {}, "/v1"),
        (OPENAI, A_SERVER, ""),  # its address is not the provider's to set
    ],
)
async def test_P3_one_that_did_not_answer_is_not_named(
    client: HttpClient, kind: ProviderType, server: dict[str, Reply], path: str
) -> None:
    assert (await failed(client, Routes(server), path, kind)).fix is None


async def test_P3_a_host_is_no_route(client: HttpClient) -> None:
    """Whose name may be that of one."""
    assert path_of("http://models") == path_of("http://models/") == ""
    assert with_path("http://chat/completions", "") == "http://chat"


PATHS = st.lists(
    st.sampled_from(
        ["v1", "v2", "v1beta", "api", "chat", "completions", "models", "embeddings", "responses",
         "tags", "openai", "team", "", "é", "%20", "a:b", "chat/completions"]
    ),
    max_size=6,
).map(lambda parts: "".join(f"/{part}" for part in parts))  # fmt: skip


@given(
    st.sampled_from(["http://models", "https://chat", "http://[::1]:8000", "http://api:80"]),
    PATHS,
    st.sampled_from(["generic", "ollama"]),
)
@quick
def test_P3_X4_other_addresses_are_few_and_of_the_same_origin(
    host: str, path: str, kind: str
) -> None:
    base = normalise_base_url(host + path)
    others = [with_path(base, other) for other in server_of(kind).other_paths(path_of(base))]
    assert len(others) == len(set(others)) <= 3
    assert base not in others
    assert {origin(other) for other in others} <= {origin(base)}
    assert all(other == normalise_base_url(other) for other in others)
    assert all(not urlsplit(other).query for other in others)


# A server without a list ---------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 405, 410, 501])
@pytest.mark.parametrize(
    "chat",
    [
        LACKING,
        (401, {"error": "no key"}),
        (422, {"detail": [{"loc": ["body", "messages"], "msg": "Field required"}]}),
        (422, []),
        (200, {"choices": []}),
        (200, b'data: {"choices": []}\n\ndata: [DONE]\n\n'),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/v1", "/team", ""])
async def test_P3_one_that_takes_chats_is_connected_and_lists_nothing(
    client: HttpClient, status: int, chat: Reply, path: str
) -> None:
    server = {f"GET {path}/models": (status, b""), f"POST {path}/chat/completions": chat}
    routes = Routes(server)
    assert await check(client, routes, path) == []
    assert routes.bodies[-1] == b"{}"
    assert {key for _, key in routes.asked} == {f"Bearer {KEY}"}
    assert sum(route.startswith("POST") for route in routes.routes_asked) == 1


@pytest.mark.parametrize(
    "chat",
    [
        (400, b"Bad Request"),
        (400, b"<html>Bad Request</html>"),
        (400, b'"no"'),
        (401, b"Unauthorized"),
        (403, {"error": "no"}),
        (404, {"detail": "Not Found"}),
        (405, {"detail": "Method Not Allowed"}),
        (429, {"error": "slow down"}),
        (500, {"error": "oops"}),
        (302, {}),
        (200, b"<!DOCTYPE html><html>Welcome</html>"),
    ],
    ids=str,
)
async def test_P3_one_that_does_not_is_an_error_that_leaves_open_what_it_is(
    client: HttpClient, chat: Reply
) -> None:
    found = await failed(client, Routes({"POST /v1/chat/completions": chat}), "/v1")
    assert found.message.startswith(
        "{url}/v1 lists no models (it answered 404), and a chat was not"
    )
    assert found.fix is None


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 502, 302, 200])
async def test_P3_nobody_else_is_asked_to_chat(client: HttpClient, status: int) -> None:
    server = {"GET /v1/models": (status, b"no"), "POST /v1/chat/completions": LACKING}
    routes = Routes(server)
    await failed(client, routes, "/v1")
    assert routes.routes_asked == ["GET /v1/models"]


async def test_P3_an_ollama_is_known_by_its_list_alone(client: HttpClient) -> None:
    routes = Routes({"POST /v1/chat/completions": LACKING})
    found = await failed(client, routes, "", OLLAMA)
    assert found.message.startswith("{url} is not an Ollama server (it answered 404).")
    assert routes.routes_asked == ["GET /api/tags"]


# Pages ---------------------------------------------------------------------------------


async def test_P3_pages_are_put_together(client: HttpClient) -> None:
    routes = Routes(
        {
            "GET /v1/models": listing("d", "b", has_more=True, last_id="b"),
            "GET /v1/models?after=b&after_id=b": listing("b", "a", next="/v1/more?at=3"),
            "GET /v1/more?at=3": listing("c", next=None),
        }
    )
    assert await check(client, routes, "/v1") == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "second",
    [(404, b""), (401, b""), (500, b""), (302, b""), (200, b"<html>"), (200, {"data": {}})],
    ids=str,
)
async def test_P3_a_page_that_is_none_ends_the_list(client: HttpClient, second: Reply) -> None:
    pages = {"GET /v1/models": listing("a", next="?page=2"), "GET /v1/models?page=2": second}
    assert await check(client, Routes(pages), "/v1") == ["a"]


async def test_P3_pages_that_lead_in_a_circle_end(client: HttpClient) -> None:
    circle = {
        "GET /v1/models": listing("a", next="?page=2"),
        "GET /v1/models?page=2": listing("b", next="?page=3"),
        "GET /v1/models?page=3": listing("c", next="?page=2"),
    }
    routes = Routes(circle)
    assert await check(client, routes, "/v1") == ["a", "b", "c"]
    assert len(routes.asked) == 3


class Endless(Routes):
    """Each page leads to one more."""

    def __init__(self, size: int) -> None:
        super().__init__({})
        self.size = size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = len(self.asked)
        names = [f"{page}-{number}" for number in range(self.size)]
        answer = listing(*names, next=f"?page={page + 1}")
        query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
        self.routes = {f"GET {scope['path']}{query}": answer}
        await super().__call__(scope, receive, send)


@pytest.mark.parametrize(
    ("size", "pages", "count"),
    [(1, MAX_PAGES + 1, MAX_PAGES + 1), (2_000, 3, MAX_MODELS), (6_000, 1, MAX_MODELS)],
)
async def test_P3_pages_and_models_have_an_end(
    client: HttpClient,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    pages: int,
    count: int,
) -> None:
    monkeypatch.setattr(connection, "CHECK_SECONDS", 60)
    routes = Endless(size)
    found = await check(client, routes, "/v1")
    assert isinstance(found, list)
    assert (len(routes.asked), len(found)) == (pages, count)


async def test_P3_pages_have_the_bytes_of_one_answer(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_ANSWER_BYTES", 3_000)
    padding = "x" * 1_300
    pages = {
        "GET /v1/models": listing("a", next="?page=2", about=padding),
        "GET /v1/models?page=2": listing("b", next="?page=3", about=padding),
        "GET /v1/models?page=3": listing("c", about=padding),
    }
    assert await check(client, Routes(pages), "/v1") == ["a", "b"]


class Hanging(Routes):
    """Has routes that never answer."""

    def __init__(self, routes: dict[str, Reply], *hanging: str) -> None:
        super().__init__(routes)
        self.hanging = hanging

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}" in self.hanging:
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await super().__call__(scope, receive, send)


async def test_P3_a_page_that_hangs_ends_the_list(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CHECK_SECONDS", 0.5)
    first = {"GET /v1/models": listing("a", next="?page=2")}
    assert await check(client, Hanging(first, "GET /v1/models?page=2"), "/v1") == ["a"]


@pytest.mark.parametrize(
    ("hanging", "path", "words"),
    [
        ("POST /v1/chat/completions?", "/v1", "lists no models (it answered 404)"),
        ("GET /v1/models?", "", "lists no models (it answered 404)"),
        ("GET /v1/models?", "/v1/models", "did not answer within"),
    ],
)
async def test_P3_what_was_heard_in_time_is_told(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, hanging: str, path: str, words: str
) -> None:
    monkeypatch.setattr(connection, "CHECK_SECONDS", 0.5)
    assert words in (await failed(client, Hanging({}, hanging), path)).message


async def test_P3_X4_a_page_elsewhere_never_gets_the_key(client: HttpClient) -> None:
    thief = Routes({"GET /v1/models": listing("stolen")})
    async with serve(thief) as elsewhere:
        pages = {"GET /v1/models": listing("a", next=f"{elsewhere}/v1/models")}
        assert await check(client, Routes(pages), "/v1") == ["a"]
    assert thief.asked == []
