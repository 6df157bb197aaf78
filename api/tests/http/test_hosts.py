"""X4: under which names Rota answers, and from which pages it may be written to."""

import socket as sockets
from collections.abc import AsyncIterator

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from rota.platform.settings import Settings
from tests.http.clients import bearer, codes, open_socket
from tests.http.process import WebProcess, web_process

QUERY = {"query": "{ viewer { name } }"}
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:3000"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.fixture(scope="module")
async def public(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WebProcess]:
    """Behind a proxy, under a name of its own and one more."""
    async with web_process(
        settings,
        tmp_path_factory.mktemp("public"),
        ROTA_PUBLIC_ORIGIN="https://rota.example.com",
        ROTA_ALLOWED_HOSTS="rota.internal:8080",
    ) as web:
        yield web


async def status(web: WebProcess, host: str, path: str = "/healthz") -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(web.url + path, headers={"Host": host})).status_code


@pytest.mark.parametrize("path", ["/", "/graphql", "/session", "/healthz", "/readyz", "/assets/x"])
async def test_X4_a_foreign_host_name_is_refused_everywhere(path: str, web: WebProcess) -> None:
    for host in ("evil.example", f"evil.example:{web.port}", "localhost:1", "", "127.0.0.1:x"):
        assert await status(web, host, path) == 403


async def test_X4_loopback_names_are_answered_to(web: WebProcess) -> None:
    for name in ("127.0.0.1", "localhost", "LOCALHOST", "[::1]"):
        assert await status(web, f"{name}:{web.port}") == 200


async def test_X4_two_host_headers_are_refused(web: WebProcess) -> None:
    host = f"127.0.0.1:{web.port}"
    with sockets.create_connection(("127.0.0.1", web.port)) as connection:
        connection.sendall(
            f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n".encode()
        )
        assert connection.recv(100).split()[1] in (b"400", b"403")


async def test_X4_named_hosts_are_answered_to(public: WebProcess) -> None:
    for host in ("rota.example.com", "rota.example.com:8443", "rota.internal:8080"):
        assert await status(public, host) == 200
    for host in ("rota.internal", "rota.internal:81", "example.com", "x.rota.example.com"):
        assert await status(public, host) == 403


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/graphql", "/session"])
async def test_X4_a_page_of_another_site_cannot_write(
    headers: dict[str, str], path: str, client: httpx.AsyncClient, secret: str
) -> None:
    response = await client.post(path, json=QUERY, headers={**bearer(secret), **headers})
    assert (response.status_code, codes(response.json())) == (403, ["FORBIDDEN"])


async def test_X4_ones_own_page_can_write(
    client: httpx.AsyncClient, web: WebProcess, secret: str
) -> None:
    for headers in (
        {"Origin": web.url, "Sec-Fetch-Site": "same-origin"},
        {"Origin": f"http://localhost:{web.port}"},
        {"Sec-Fetch-Site": "none"},
    ):
        response = await client.post("/graphql", json=QUERY, headers={**bearer(secret), **headers})
        assert response.status_code == 200


async def test_X4_behind_a_proxy_the_public_origin_can_write(
    public: WebProcess, secret: str
) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for origin, expected in (
            ("https://rota.example.com", 200),
            ("http://rota.internal:8080", 200),
            ("http://rota.example.com", 403),
        ):
            response = await client.post(
                f"{public.url}/graphql",
                json=QUERY,
                headers={**bearer(secret), "Host": "rota.example.com", "Origin": origin},
            )
            assert response.status_code == expected


@pytest.mark.parametrize("headers", [*FOREIGN, {"Host": "evil.example"}], ids=str)
async def test_X4_a_page_of_another_site_cannot_open_a_socket(
    headers: dict[str, str], web: WebProcess
) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with open_socket(web, headers=headers):
            pass
    assert refusal.value.response.status_code == 403


async def test_X4_browsers_are_told_to_be_strict(client: httpx.AsyncClient) -> None:
    for path in ("/", "/graphiql/", "/healthz", "/nowhere.txt"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
