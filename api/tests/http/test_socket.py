"""graphql-transport-ws: its messages, its closes, and what a socket is not allowed to do."""

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from rota.access.models import ApiToken, Session
from rota.agents.events import AgentUpdated
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.kernel.ids import new_id
from rota.platform.messaging.bus import MAX_QUEUED
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.events import ProviderUpdated
from rota.wiring import RULES
from tests.access.factories import revoke, session, token
from tests.agents.factories import agent
from tests.http.clients import Socket, ask, codes, open_socket
from tests.http.process import WebProcess

SLOW = "subscription { providerChanged { id } }"
CREATE = """
mutation { createProvider(input: { name: "%s", type: OLLAMA, baseUrl: "http://127.0.0.1:9" }) {
  __typename
} }
"""


@pytest.fixture
async def socket(web: WebProcess) -> AsyncIterator[Socket]:
    async with open_socket(web) as socket:
        yield socket


@pytest.fixture
async def signed_in(socket: Socket, secret: str) -> Socket:
    await socket.sign_in(secret)
    return socket


async def listening(socket: Socket, id: str = "changes") -> None:
    """Subscribed, and known to be: an answer to a question asked later has come."""
    await socket.subscribe(id, SLOW)
    await socket.subscribe("then", "{ providers { totalCount } }")
    assert (await socket.next())["type"] == "next"
    assert await socket.next() == {"id": "then", "type": "complete"}


async def test_an_operation_is_answered_and_completed(signed_in: Socket) -> None:
    await signed_in.subscribe("1", "{ viewer { role } }")
    assert await signed_in.next() == {
        "id": "1",
        "type": "next",
        "payload": {"data": {"viewer": {"role": "OWNER"}}},
    }
    assert await signed_in.next() == {"id": "1", "type": "complete"}


async def test_a_change_reaches_its_subscriber_and_nothing_comes_after_complete(
    signed_in: Socket, client: httpx.AsyncClient, secret: str
) -> None:
    await listening(signed_in)
    await ask(client, CREATE % "first", secret)
    message = await signed_in.next()
    assert (message["id"], message["type"]) == ("changes", "next")
    await signed_in.send({"id": "changes", "type": "complete"})
    await ask(client, CREATE % "second", secret)
    await signed_in.subscribe("later", "{ providers { totalCount } }")
    assert (await signed_in.next())["id"] == "later"
    assert await signed_in.next() == {"id": "later", "type": "complete"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "BAD_REQUEST"),
        ("{ viewer {", "BAD_REQUEST"),
        ("{ ...Missing }", "BAD_REQUEST"),
        ("{" * 3000, "BAD_REQUEST"),
        ("{" + " ".join(f"a{i}: __typename" for i in range(20_000)) + "}", "BAD_REQUEST"),
        ("query A { __typename } query B { __typename }", "BAD_REQUEST"),
        ("fragment F on Query { __typename }", "BAD_REQUEST"),
        ('subscription { runEvents(runId: "x") { sequence } }', "BAD_REQUEST"),
        ("subscription { agentChanged { id } agentInstancesChanged { id } }", "BAD_REQUEST"),
    ],
    ids=lambda text: text[:30],
)
async def test_a_refused_operation_ends_with_one_error_and_the_socket_goes_on(
    query: str, code: str, signed_in: Socket
) -> None:
    await signed_in.subscribe("1", query)
    message = await signed_in.next()
    assert (message["id"], message["type"]) == ("1", "error")
    assert set(codes({"errors": message["payload"]})) == {code}
    await signed_in.subscribe("1", "{ viewer { role } }")
    assert (await signed_in.next())["type"] == "next"


async def test_an_error_within_an_execution_stands_beside_its_data(
    signed_in: Socket, resources: Resources, socket: Socket
) -> None:
    await signed_in.subscribe("1", "{ agents(first: 1000) { totalCount } }")
    message = await signed_in.next()
    assert message["type"] == "next"
    assert codes(message["payload"]) == ["BAD_REQUEST"]
    assert await signed_in.next() == {"id": "1", "type": "complete"}


async def test_a_ping_is_answered_before_and_after_the_sign_in(socket: Socket, secret: str) -> None:
    await socket.send({"type": "ping"})
    assert await socket.next() == {"type": "pong"}
    await socket.sign_in(secret)
    await socket.send({"type": "ping", "payload": {"a": 1}})
    assert await socket.next() == {"type": "pong"}


async def test_X1_a_session_signs_in_with_both_halves(
    web: WebProcess, resources: Resources
) -> None:
    halves = await session(resources, Role.EDITOR)
    cookie = {"Cookie": f"rota_{web.port}={halves.cookie}"}
    async with open_socket(web, headers=cookie) as socket:
        await socket.init(session=halves.half)
        assert await socket.next() == {"type": "connection_ack"}
        await socket.subscribe("1", "{ viewer { name role } }")
        payload = (await socket.next())["payload"]
        assert payload == {"data": {"viewer": {"name": "Ada", "role": "EDITOR"}}}
    async with open_socket(web, headers=cookie) as socket:
        await socket.init()
        assert await socket.closed() == 4401
    async with open_socket(web) as socket:
        await socket.init(session=halves.half)
        assert await socket.closed() == 4401


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Basic eDp5"},
        {"authorization": ["Bearer x"]},
        {"authorization": "Bearer \ud800"},
        {"session": 1},
        {"session": "x"},
    ],
    ids=repr,
)
async def test_X2_a_sign_in_without_valid_credentials_is_closed_with_4401(
    payload: dict[str, Any], socket: Socket
) -> None:
    await socket.send({"type": "connection_init", "payload": payload})
    assert await socket.closed() == 4401


async def test_X2_an_operation_before_the_sign_in_is_closed_with_4401(socket: Socket) -> None:
    await socket.subscribe("1", "{ viewer { name } }")
    assert await socket.closed() == 4401


async def test_a_second_sign_in_is_closed_with_4429(signed_in: Socket, secret: str) -> None:
    await signed_in.init(authorization=f"Bearer {secret}")
    assert await signed_in.closed() == 4429


async def test_an_id_in_use_is_closed_with_4409(signed_in: Socket) -> None:
    await signed_in.subscribe("1", SLOW)
    await signed_in.subscribe("1", SLOW)
    assert await signed_in.closed() == 4409


async def test_a_silent_socket_is_closed_with_4408(socket: Socket) -> None:
    begun = time.monotonic()
    assert await socket.closed() == 4408
    assert 4 < time.monotonic() - begun < 7


@pytest.mark.parametrize("protocol", [None, "graphql-ws"])
async def test_another_protocol_is_closed_with_4406(protocol: str | None, web: WebProcess) -> None:
    async with open_socket(web, protocol) as socket:
        assert await socket.closed() == 4406


BROKEN_FRAMES: list[str | bytes] = [
    "[]",
    '[{"type":"ping"}]',
    "1",
    "null",
    '"ping"',
    "{",
    "",
    '{"type":"ping","payload":NaN}',
    '{"type":"ping","payload":1e999}',
    "[" * 100_000,
    b'{"type":"ping"}',
    b"\xff\x00",
    "{}",
    '{"type":null}',
    '{"type":["ping"]}',
    '{"type":"nothing"}',
    '{"type":"' + "é" * 500 + '"}',
    '{"type":"ping","payload":[]}',
    '{"type":"connection_init","payload":"x"}',
    '{"type":"complete"}',
    '{"type":"complete","id":1}',
    '{"type":"subscribe","payload":{"query":"{ __typename }"}}',
    '{"type":"subscribe","id":["1"],"payload":{"query":"{ __typename }"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}',
    '{"type":"subscribe","id":"1"}',
    '{"type":"subscribe","id":"1","payload":[]}',
    '{"type":"subscribe","id":"1","payload":{"query":1}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":[]}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","operationName":1}}',
]


@pytest.mark.parametrize("frame", BROKEN_FRAMES, ids=lambda frame: repr(frame[:60]))
async def test_X8_a_broken_frame_is_closed_with_4400(
    frame: str | bytes, socket: Socket, secret: str
) -> None:
    if "connection_init" not in str(frame):
        await socket.sign_in(secret)
    await socket.connection.send(frame)
    assert await socket.closed() == 4400


async def test_X8_a_frame_over_a_mebibyte_is_closed_with_1009(signed_in: Socket) -> None:
    await signed_in.send({"type": "ping", "payload": {"a": "x" * 1024 * 1024}})
    assert await signed_in.closed() == 1009


async def test_a_socket_carries_fifty_operations_and_no_more(signed_in: Socket) -> None:
    for number in range(50):
        await signed_in.subscribe(str(number), SLOW)
    await signed_in.subscribe("50", SLOW)
    message = await signed_in.next()
    assert (message["id"], message["type"]) == ("50", "error")
    assert codes({"errors": message["payload"]}) == ["BAD_REQUEST"]
    await signed_in.send({"id": "0", "type": "complete"})
    await signed_in.subscribe("50", "{ viewer { role } }")
    assert (await signed_in.next())["type"] == "next"


async def test_X2_revoking_a_token_closes_its_sockets_and_no_others(
    web: WebProcess, resources: Resources, signed_in: Socket
) -> None:
    token_id, secret = await token(resources, Role.VIEWER)
    async with open_socket(web) as revoked:
        await revoked.sign_in(secret)
        await listening(revoked)
        begun = time.monotonic()
        await revoke(resources, token_id)
        assert await revoked.closed() == 4401
        assert time.monotonic() - begun < 2  # told by the bus, not found by looking
    await signed_in.send({"type": "ping"})
    assert await signed_in.next() == {"type": "pong"}


async def test_X2_a_socket_is_closed_within_5_s_also_when_nobody_tells(
    web: WebProcess, resources: Resources
) -> None:
    """As when the bus is away, or a credential runs out."""
    token_id, secret = await token(resources, Role.VIEWER)
    halves = await session(resources)
    cookie = {"Cookie": f"rota_{web.port}={halves.cookie}"}
    async with open_socket(web) as expiring, open_socket(web, headers=cookie) as deleted:
        await expiring.sign_in(secret)
        await deleted.init(session=halves.half)
        assert await deleted.next() == {"type": "connection_ack"}
        begun = time.monotonic()
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            await ApiToken.filter(id=token_id).update(expires_at=work.now)
            await Session.all().delete()
        assert [await expiring.closed(), await deleted.closed()] == [4401, 4401]
        assert time.monotonic() - begun < 5


async def test_X2_a_session_that_came_from_a_token_loses_its_sockets_with_it(
    web: WebProcess, resources: Resources, client: httpx.AsyncClient
) -> None:
    token_id, secret = await token(resources, Role.VIEWER)
    half = (await client.post("/session", json={"token": secret})).json()["half"]
    cookie = {"Cookie": f"rota_{web.port}={client.cookies[f'rota_{web.port}']}"}
    async with open_socket(web, headers=cookie) as socket:
        await socket.init(session=half)
        assert await socket.next() == {"type": "connection_ack"}
        await revoke(resources, token_id)
        assert await socket.closed() == 4401


async def test_D6_a_socket_that_falls_behind_is_closed_with_1013(
    web: WebProcess, resources: Resources, signed_in: Socket, secret: str
) -> None:
    row = await agent(resources, system_prompt="x" * 100_000)
    async with open_socket(web) as slow:
        await slow.sign_in(secret)
        await slow.subscribe("changes", "subscription { agentChanged { agent { systemPrompt } } }")
        await slow.subscribe("then", "{ providers { totalCount } }")
        assert (await slow.next())["id"] == "then"
        await listening(signed_in)

        changed = AgentUpdated(id=row.id, subject_name=row.name, changes={})
        mark = ProviderUpdated(id=new_id(), subject_name="x", changes={})
        for _ in range(MAX_QUEUED // 100 + 5):
            await resources.bus.publish([changed] * 100 + [mark])
            assert (await signed_in.next())["id"] == "changes"
        assert await slow.closed() == 1013
    await signed_in.send({"type": "ping"})
    assert await signed_in.next() == {"type": "pong"}
