"""What a socket does where a subscription breaks off: messages were missed, or we have a bug."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from starlette.types import Message
from starlette.websockets import WebSocket
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import Operation

from rota.graphql.planning.execution import Interpreter
from rota.http.socket import Handler
from rota.http.state import State
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.errors import Unavailable
from rota.platform.messaging.delivery import Interrupted, Lagged

FAILURES: dict[str, Exception] = {
    "interrupted": Interrupted(),
    "lagged": Lagged(),
    "database": Unavailable("no such socket"),
    "bug": KeyError("a column"),
}


@strawberry.type
class Query:
    ok: bool = True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def broken(self, by: str) -> AsyncIterator[int]:
        yield 1
        raise FAILURES[by]


async def sent_when(broken_by: str) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    state: Any = {"interpreter": Interpreter(strawberry.Schema(Query, subscription=Subscription))}
    scope = {"type": "websocket", "headers": [], "state": state, "rota.request_id": "the-id"}
    websocket: WebSocket[State] = WebSocket(scope, receive, send)
    await websocket.accept()
    handler = Handler(websocket)
    who: Any = SimpleNamespace(actor=Actor("Ada", Role.OWNER))
    handler.context = who
    query = f'subscription {{ broken(by: "{broken_by}") }}'
    handler.operations["1"] = operation = Operation(handler, "1", query, None, None)
    operation.task = asyncio.current_task()
    await handler.run_operation(operation)
    assert '"broken":1' in sent[1]["text"]
    return sent[2:]


@pytest.mark.parametrize(
    ("broken_by", "code"), [("interrupted", 1012), ("lagged", 1013), ("database", 1013)]
)
async def test_D6_where_messages_were_missed_the_socket_is_closed(
    broken_by: str, code: int
) -> None:
    [close] = await sent_when(broken_by)
    assert (close["type"], close["code"]) == ("websocket.close", code)
    assert "no such socket" not in close["reason"]


async def test_a_bug_ends_its_operation_alone_and_is_masked() -> None:
    [error] = await sent_when("bug")
    assert '"type":"error"' in error["text"]
    assert '"INTERNAL"' in error["text"]
    assert "the-id" in error["text"]
    assert "column" not in error["text"]
