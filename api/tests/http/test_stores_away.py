"""D6, D7, D8: the stores go away and come back under a running web process, and it ends."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from rota.platform.kernel.deadline import ANSWER_SECONDS
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from tests.http.clients import GRAPHQL_JSON, Socket, ask, bearer, codes, open_socket
from tests.http.process import WebProcess, web_process
from tests.http.relay import Relay, postgres_socket, redis_socket, relay

CHANGES = "subscription { providerChanged { id } }"
LIST = "{ providers { totalCount } }"


@pytest.fixture
async def postgres(settings: Settings) -> AsyncIterator[Relay]:
    async with relay(postgres_socket(settings.database_url or "")) as postgres:
        yield postgres


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Relay]:
    async with relay(redis_socket(settings.redis_url or "")) as redis:
        yield redis


@pytest.fixture
async def cut_off(
    settings: Settings, postgres: Relay, redis: Relay, tmp_path: Path
) -> AsyncIterator[WebProcess]:
    """A web process whose stores can be taken away."""
    relayed = replace(
        settings,
        database_url=f"postgres://postgres:@/postgres?host={postgres.path.parent}",
        redis_url=f"unix://{redis.path}?db=0",
    )
    async with web_process(relayed, tmp_path) as web:
        yield web


@pytest.fixture
async def caller(cut_off: WebProcess) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=cut_off.url, trust_env=False, timeout=30) as client:
        yield client


async def answers(client: httpx.AsyncClient, secret: str, wanted: int) -> None:
    """Asks until it is answered so."""
    async with asyncio.timeout(5):
        while (await ask(client, LIST, secret, accept=GRAPHQL_JSON)).status_code != wanted:
            pass


async def test_D7_without_the_database_it_is_unavailable_and_back_within_5_s(
    caller: httpx.AsyncClient, postgres: Relay, secret: str
) -> None:
    await answers(caller, secret, 200)
    assert (await caller.get("/readyz")).status_code == 200
    await postgres.cut()
    for accept, status in ((GRAPHQL_JSON, 503), ("application/json", 503)):
        begun = time.monotonic()
        response = await ask(caller, LIST, secret, accept=accept)
        assert (response.status_code, codes(response.json())) == (status, ["UNAVAILABLE"])
        assert time.monotonic() - begun < 5
    ready = await caller.get("/readyz")
    assert ready.status_code == 503
    assert "DATABASE_URL" in ready.json()["problem"]
    assert (await caller.get("/healthz")).status_code == 200
    sign_in = await caller.post("/session", json={"code": "x"})
    assert (sign_in.status_code, codes(sign_in.json())) == (503, ["UNAVAILABLE"])
    await postgres.mend()
    await answers(caller, secret, 200)
    assert (await caller.get("/readyz")).status_code == 200


async def test_D7_while_the_database_hangs_it_is_unavailable_within_a_bound(
    cut_off: WebProcess, caller: httpx.AsyncClient, postgres: Relay, secret: str
) -> None:
    await answers(caller, secret, 200)
    async with open_socket(cut_off) as socket:
        postgres.hang()
        begun = time.monotonic()
        asked, sign_in, metrics, ready, closed = await asyncio.gather(
            ask(caller, LIST, secret, accept=GRAPHQL_JSON),
            caller.post("/session", json={"code": "x"}),
            caller.get("/metrics", headers=bearer(secret)),
            caller.get("/readyz"),
            signing_in(socket, secret),
        )
        assert time.monotonic() - begun < ANSWER_SECONDS + 2
    for answer in (asked, sign_in, metrics):
        assert (answer.status_code, codes(answer.json())) == (503, ["UNAVAILABLE"])
    assert (ready.status_code, closed) == (503, 1013)
    await postgres.mend()
    await answers(caller, secret, 200)


WATCH = "subscription ($run: ID!) { runEvents(runId: $run) { sequence } }"
QUIET = "subscription { providerChanged { id } }"
CREATE = """
mutation { createProvider(input: {name: "Ours", type: OLLAMA, baseUrl: "http://127.0.0.1:9"}) {
  ... on CreateProviderPayload { provider { id } } } }
"""


async def test_D7_an_open_socket_is_told_in_time_that_the_database_hangs(
    cut_off: WebProcess, caller: httpx.AsyncClient, postgres: Relay, secret: str
) -> None:
    async with open_socket(cut_off) as socket:
        await socket.sign_in(secret)
        await socket.subscribe("quiet", QUIET)
        await socket.subscribe("before", LIST)
        assert [(await socket.next())["type"], (await socket.next())["type"]] == [
            "next",
            "complete",
        ]
        postgres.hang()
        begun = time.monotonic()
        await socket.subscribe("query", LIST)
        await socket.subscribe("change", CREATE)
        await socket.subscribe("watch", WATCH, run=str(new_id()))
        told: dict[str, Any] = {}
        while told.keys() < {"query", "change", "watch"}:
            message = await socket.next(patience=ANSWER_SECONDS + 2)
            told[message["id"]] = message
        assert time.monotonic() - begun < ANSWER_SECONDS + 2
        assert {one["type"] for one in told.values()} == {"error"}
        assert all(
            one["payload"][0]["extensions"]["code"] == "UNAVAILABLE" for one in told.values()
        )
        await postgres.mend()
        await answers(caller, secret, 200)
        await socket.subscribe("after", CREATE)
        # Who only waits is not cut off, and hears of what is created now.
        heard = {(await socket.next())["id"] for _ in range(3)}
        assert heard == {"after", "quiet"}


async def signing_in(socket: Socket, secret: str) -> int | None:
    await socket.init(authorization=f"Bearer {secret}")
    return await socket.closed(patience=ANSWER_SECONDS + 2)


async def test_D7_an_open_socket_outlives_the_database_and_answers_again(
    cut_off: WebProcess, postgres: Relay, secret: str
) -> None:
    async with open_socket(cut_off) as socket:
        await socket.sign_in(secret)
        await postgres.cut()
        await socket.subscribe("1", LIST)
        message = await socket.next()
        assert (message["type"], codes(message["payload"])) == ("next", ["UNAVAILABLE"])
        assert (await socket.next())["type"] == "complete"
        await postgres.mend()
        await socket.subscribe("2", LIST)
        assert codes((await socket.next())["payload"]) == []


async def test_D7_without_the_database_a_socket_cannot_sign_in_and_is_told_to_try_again(
    cut_off: WebProcess, postgres: Relay, secret: str
) -> None:
    await postgres.cut()
    async with open_socket(cut_off) as socket:
        await socket.init(authorization=f"Bearer {secret}")
        assert await socket.closed() == 1013


async def test_D6_when_the_bus_returns_subscribers_of_changes_are_closed_with_1012(
    cut_off: WebProcess, caller: httpx.AsyncClient, redis: Relay, secret: str
) -> None:
    async with open_socket(cut_off) as watching, open_socket(cut_off) as asking:
        for socket in (watching, asking):
            await socket.sign_in(secret)
            await socket.subscribe("list", LIST)
            assert (await socket.next())["type"] == "next"
            assert (await socket.next())["type"] == "complete"
        await watching.subscribe("changes", CHANGES)
        await watching.subscribe("then", LIST)
        assert (await watching.next())["id"] == "then"
        await redis.cut()
        assert (await ask(caller, LIST, secret)).json()["data"]
        assert (await caller.get("/readyz")).json() == {"degraded": ["redis"]}
        await redis.mend()
        assert await watching.closed() == 1012
        await asking.send({"type": "ping"})
        assert await asking.next() == {"type": "pong"}


async def test_D6_sign_ins_are_limited_also_without_redis(
    caller: httpx.AsyncClient, redis: Relay, resources: Resources
) -> None:
    await redis.cut()
    statuses = [(await caller.post("/session", json={"code": "x"})).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_D8_on_sigterm_sockets_are_closed_and_it_ends_within_10_s(
    cut_off: WebProcess, secret: str
) -> None:
    async with open_socket(cut_off) as socket:
        await socket.sign_in(secret)
        await socket.subscribe("changes", CHANGES)
        begun = time.monotonic()
        code, _ = await asyncio.gather(socket.closed(), cut_off.terminate())
        assert code in (1001, 1012)
        assert time.monotonic() - begun < 10
    log = cut_off.log.read_text()
    assert "Traceback" not in log, log
    assert "ERROR" not in log, log


async def test_a_process_starts_without_its_stores_and_is_ready_once_they_are_there(
    settings: Settings, postgres: Relay, redis: Relay, tmp_path: Path, secret: str
) -> None:
    await postgres.cut()
    await redis.cut()
    relayed = replace(
        settings,
        database_url=f"postgres://postgres:@/postgres?host={postgres.path.parent}",
        redis_url=f"unix://{redis.path}?db=0",
    )
    async with (
        web_process(relayed, tmp_path) as web,
        httpx.AsyncClient(base_url=web.url, trust_env=False) as client,
    ):
        assert (await client.get("/readyz")).status_code == 503
        await postgres.mend()
        await answers(client, secret, 200)
