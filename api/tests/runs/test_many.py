"""Ten thousand runs made in one unit of work: whoever subscribed stays, and hears of each that it
follows."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from rota.assignments.models import Assignment
from rota.platform import unit_of_work as units
from rota.platform.kernel import events
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.kernel.ids import new_id
from rota.platform.messaging.delivery import MAX_TOGETHER
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.runs import service
from rota.runs.events import transitions
from rota.wiring import RULES
from tests.access.factories import token
from tests.http.clients import Socket, open_socket
from tests.http.process import WebProcess, web_process
from tests.observe import statements, subscriber
from tests.runs.factories import assignment

MANY = 10_000
CHANGES = "subscription ($agent: ID) { runChanged(agentId: $agent) { kind id run { status } } }"
EVENTS = "subscription ($run: ID!) { runEvents(runId: $run) { __typename sequence } }"
MADE = """
    WITH made AS (
        INSERT INTO run (id, status, assignment_id, agent_id, agent_name, agent_revision_id,
            task_id, task_name, task_revision_id, input, created_by, attempt, lost_leases,
            last_sequence, usage_requests, usage_input_tokens, usage_output_tokens, queued_at)
        SELECT made.id, 'QUEUED', a.id, a.agent_id, a.agent_name, of_agent.id, a.task_id,
            a.task_name, of_task.id, '{}', 'Ada', 0, 0, 1, 0, 0, 0, now()
        FROM assignment a
        JOIN agent_revision of_agent ON of_agent.agent_id = a.agent_id
        JOIN task_revision of_task ON of_task.task_id = a.task_id,
            unnest($2::uuid[]) WITH ORDINALITY made (id, place)
        WHERE a.id = $1
        ORDER BY place
        RETURNING NULL AS from_status, run.*
    ), told AS (
        INSERT INTO run_event SELECT id, 1, 'QUEUED', now(), '{}' FROM made
        RETURNING run_id, type, at, data
    )
    SELECT made.*, told.type AS event_type, told.at, told.data
    FROM made JOIN told ON told.run_id = made.id ORDER BY made.id
"""


@pytest.fixture(scope="module")
async def web(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WebProcess]:
    async with web_process(settings, tmp_path_factory.mktemp("web")) as web:
        yield web


async def _make(resources: Resources, at: Assignment, many: int = MANY) -> list[str]:
    """All at once, as whatever makes many does it; their ids."""
    ids = [new_id() for _ in range(many)]
    await _make_these(resources, at, ids)
    return [str(one) for one in ids]


async def _make_these(resources: Resources, at: Assignment, ids: list[UUID]) -> None:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        for fact in transitions(await fetch(MADE, at.id, ids)):
            await work.emit(fact)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long Redis may take on a busy machine is tried elsewhere."""
    monkeypatch.setattr(units, "REDIS_PATIENCE_SECONDS", 10, raising=False)


async def _subscribed(socket: Socket, secret: str, *asked: tuple[str, dict[str, Any]]) -> Socket:
    await socket.sign_in(secret)
    for number, (document, variables) in enumerate(asked):
        await socket.subscribe(str(number), document, **variables)
    await socket.subscribe("then", "{ __typename }")
    while (await socket.next())["type"] != "complete":
        pass
    return socket


async def _payloads(socket: Socket, many: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < many:
        message = await socket.next(60)
        assert message["type"] == "next", message
        found.append(message["payload"]["data"]["runChanged"])
    return found


async def test_R3_ten_thousand_runs_at_once_leave_every_socket_connected_and_right(
    web: WebProcess, resources: Resources
) -> None:
    at = await assignment(resources)
    _, secret = await token(resources, Role.VIEWER)
    ids = [new_id() for _ in range(MANY)]
    of_agent = {"agent": str(at.agent_id)}
    async with open_socket(web) as one, open_socket(web) as two:
        everything = await _subscribed(one, secret, (CHANGES, {}))
        some = await _subscribed(two, secret, (CHANGES, of_agent))
        await _make_these(resources, at, ids)
        expected = [{"kind": "CREATED", "id": str(id_), "run": {"status": "QUEUED"}} for id_ in ids]
        for heard in await asyncio.gather(_payloads(everything, MANY), _payloads(some, MANY)):
            assert heard == expected
        for socket in (everything, some):
            await socket.send({"type": "ping"})
            assert await socket.next() == {"type": "pong"}


async def test_R3_a_message_for_each_would_close_the_socket(
    web: WebProcess, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(events, "MAX_PIECE", 1)
    at = await assignment(resources)
    _, secret = await token(resources, Role.VIEWER)
    async with open_socket(web) as socket:
        await _subscribed(socket, secret, (CHANGES, {}))
        await _make(resources, at)
        assert await socket.closed(60) in (1012, 1013)


async def test_R3_who_follows_one_of_many_hears_of_it_at_once(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Followers look each second as well; here they only hear."""
    monkeypatch.setattr("rota.runs.follow.LOOK_SECONDS", 3600)
    at = await assignment(resources)
    ids = [UUID(one) for one in await _make(resources, at, 1200)]
    async with subscriber(resources, EVENTS, run=str(ids[777])) as follower:
        assert (await follower.next())["sequence"] == 1
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            for run_id in ids:
                await service.cancel_run(work, str(run_id))
        assert await follower.next() == {"__typename": "RunCancelled", "sequence": 2}


async def test_R3_subscribers_share_reads_of_bounded_size(resources: Resources) -> None:
    at = await assignment(resources)
    many = 1000
    async with subscriber(resources, CHANGES) as one, subscriber(resources, CHANGES) as two:
        with statements() as sent:
            ids = await _make(resources, at, many)
            for client in (one, two):
                assert [(await client.next())["id"] for _ in ids] == ids
    reads = [text for text in sent if "FROM run WHERE id = ANY" in text]
    assert len(reads) == many // MAX_TOGETHER
