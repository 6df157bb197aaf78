"""X1: signing in and out at /session."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from rota.access.models import Session
from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from tests.access.factories import expired_token, revoke, sign_in_code, token
from tests.http.clients import codes
from tests.http.process import WebProcess, web_process

QUERY = {"query": "{ viewer { name role } }"}


@pytest.fixture(scope="module")
async def secure(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WebProcess]:
    """Behind a proxy."""
    behind = {
        "ROTA_PUBLIC_ORIGIN": "https://rota.example.com",
        "ROTA_TRUSTED_PROXIES": "127.0.0.0/8",
    }
    async with web_process(settings, tmp_path_factory.mktemp("secure"), **behind) as web:
        yield web


async def viewer(client: httpx.AsyncClient, half: str) -> httpx.Response:
    return await client.post("/graphql", json=QUERY, headers={"X-Rota-Session": half})


async def test_X1_a_code_is_traded_once_for_a_session_of_two_halves(
    client: httpx.AsyncClient, web: WebProcess, resources: Resources
) -> None:
    code = await sign_in_code(resources, Role.EDITOR, name="Ada")
    answer = await client.post("/session", json={"code": code})
    assert answer.status_code == 200
    assert list(answer.json()) == ["half"]
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"rota_{web.port}=")
    assert {a.lower() for a in attributes} == {
        "httponly",
        "max-age=2592000",
        "path=/",
        "samesite=strict",
    }
    signed_in = await viewer(client, answer.json()["half"])
    assert signed_in.json() == {"data": {"viewer": {"name": "Ada", "role": "EDITOR"}}}
    again = await client.post("/session", json={"code": code})
    assert (again.status_code, codes(again.json())) == (401, ["UNAUTHENTICATED"])
    assert "rota open" in again.json()["errors"][0]["message"]


async def test_X1_a_code_raced_for_is_traded_once(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    code = await sign_in_code(resources)
    answers = await asyncio.gather(
        *(client.post("/session", json={"code": code}) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]
    assert await Session.all().count() == 1


async def test_X1_neither_half_alone_gets_in(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    code = await sign_in_code(resources)
    half = (await client.post("/session", json={"code": code})).json()["half"]
    assert (await client.post("/graphql", json=QUERY)).status_code == 401
    assert (await viewer(client, half + "x")).status_code == 401
    cookies = dict(client.cookies)
    client.cookies.clear()
    assert (await viewer(client, half)).status_code == 401
    client.cookies.update(cookies)
    assert (await viewer(client, half)).status_code == 200


async def test_X1_signing_out_ends_the_session_for_every_role(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    for role in Role:
        code = await sign_in_code(resources, role)
        half = (await client.post("/session", json={"code": code})).json()["half"]
        cookies = dict(client.cookies)
        out = await client.delete("/session", headers={"X-Rota-Session": half})
        assert (out.status_code, dict(client.cookies)) == (204, {})
        client.cookies.update(cookies)
        assert (await viewer(client, half)).status_code == 401
        client.cookies.clear()
    assert (await client.delete("/session")).status_code == 401


async def test_X1_a_session_from_a_token_ends_with_it(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    token_id, secret = await token(resources, Role.VIEWER, name="script")
    half = (await client.post("/session", json={"token": secret})).json()["half"]
    answer = (await viewer(client, half)).json()
    assert answer["data"]["viewer"] == {"name": "script", "role": "VIEWER"}
    await revoke(resources, token_id)
    assert (await viewer(client, half)).status_code == 401


async def test_X2_an_expired_token_opens_no_session(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    secret = await expired_token(resources)
    assert (await client.post("/session", json={"token": secret})).status_code == 401
    assert not await Session.all().exists()


async def test_the_cookie_is_secure_where_people_come_by_https(
    secure: WebProcess, resources: Resources
) -> None:
    code = await sign_in_code(resources)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{secure.url}/session", json={"code": code}, headers={"Host": "rota.example.com"}
        )
    assert "; Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    "body", ['{"code": 1}', "{}", "[]", '{"code": "x", "token": "y"}', '{"password": "x"}', "{"]
)
async def test_X8_a_broken_sign_in_is_refused_with_400(
    body: str, client: httpx.AsyncClient, resources: Resources
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/session", content=body, headers=headers)
    assert (answer.status_code, codes(answer.json())) == (400, ["BAD_REQUEST"])


async def test_X3_the_eleventh_sign_in_of_a_minute_is_refused(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    for _ in range(10):
        assert (await client.post("/session", json={"code": "x"})).status_code == 401
    code = await sign_in_code(resources)
    answer = await client.post("/session", json={"code": code})
    assert (answer.status_code, codes(answer.json())) == (429, ["RATE_LIMITED"])
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert answer.json()["errors"][0]["extensions"]["retryAfter"] <= 60
    assert not await Session.all().exists()


async def test_X3_an_address_from_a_header_is_not_believed(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    answers = [
        await client.post(
            "/session", json={"code": "x"}, headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
        for number in range(11)
    ]
    assert answers[-1].status_code == 429


async def test_X3_behind_a_trusted_proxy_each_address_has_its_own_sign_ins(
    secure: WebProcess, resources: Resources
) -> None:
    async with httpx.AsyncClient(base_url=secure.url, trust_env=False) as client:

        async def sign_in(address: str) -> int:
            headers = {"Host": "rota.example.com", "X-Forwarded-For": f"10.9.9.9, {address}"}
            return (await client.post("/session", json={"code": "x"}, headers=headers)).status_code

        assert [await sign_in("203.0.113.1") for _ in range(11)] == [401] * 10 + [429]
        assert await sign_in("203.0.113.2") == 401
