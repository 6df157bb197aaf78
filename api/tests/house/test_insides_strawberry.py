"""What Rota uses of Strawberry beyond what it promises."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, parse
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from rota.graphql.fields import HOW, Column, column
from rota.graphql.planning import insides, schemas
from rota.graphql.slice import GraphQLSlice
from rota.platform.kernel.enums import DescribedStrEnum
from tests.house.relied import relied

PLANNING = partial(relied, "strawberry-graphql", where="graphql/planning/insides.py")
SOCKET = partial(relied, "strawberry-graphql", where="http/socket.py")


class Colour(DescribedStrEnum):
    """How it looks."""

    RED = "red", "Like a rose."


class Plain(Enum):
    GREY = "grey"


async def as_big_as(self: Any, info: strawberry.Info, how: int = 3) -> int:
    return how


def only_one() -> "Thing":
    return Thing(row=None)


@strawberry.type(description="A thing.")
class Thing:
    row: strawberry.Private[Any]
    name: str = column("name", "Its name.")
    colour: Colour = column("colour", "Its colour.")
    plain: Plain = column("plain", "How plain it is.")
    big: int = strawberry.field(resolver=as_big_as, description="As big as that.")


@strawberry.type
class Things:
    thing: Thing = strawberry.field(resolver=only_one, description="The only one.")


SCHEMA = schemas.build([GraphQLSlice(query=Things, mutation=Things, subscription=Things)])


def test_what_plans_use_of_a_schema() -> None:
    with PLANNING("a schema has graphql-core's as `_schema`"):
        core = insides.core_schema(SCHEMA)
        assert isinstance(core, GraphQLSchema)
    with PLANNING("a schema finds a type's definition by name, and an enum's has `wrapped_cls`"):
        assert insides.python_enum(SCHEMA, "Colour") is Colour
        assert insides.python_enum(SCHEMA, "Thing") is None
    with PLANNING("any Python enum is taken as it is, and its members by their names"):
        text = SCHEMA.as_str()
        assert '"""How it looks."""\nenum Colour {\n  """Like a rose."""\n  RED\n}' in text
        assert "enum Plain {\n  GREY\n}" in text


def test_what_plans_use_of_a_field() -> None:
    thing: Any = insides.core_schema(SCHEMA).type_map["Thing"]
    with PLANNING("a field of the schema leads back to its StrawberryField"):
        name, big = (insides.strawberry_field(thing.fields[one]) for one in ("name", "big"))
        assert name
        assert big
    with PLANNING("a StrawberryField has metadata, extensions, python_name and is_async"):
        assert name.metadata[HOW] == Column("name")
        assert (name.extensions, name.python_name, name.is_async) == ([], "name", False)
        assert big.is_async
    with PLANNING("a StrawberryField keeps the function that was written"):
        assert insides.resolver(big) is as_big_as
    document = parse("{ thing { big(how: 5) } }")
    executor: Any = Executor.build(insides.core_schema(SCHEMA), document, context_value="here")
    node: Any = document.definitions[0]
    for _ in ("thing", "big"):
        [node] = node.selection_set.selections
    with PLANNING("arguments are converted as a resolver wants them, `info` among them"):
        details = [FieldDetails(node, None)]
        given = insides.arguments(executor, big, thing.fields["big"], details, thing)
        assert given.pop("info").context == "here"
        assert given == {"how": 5}


class Adapter(AsyncWebSocketAdapter):
    """Plays a client's messages, and notes what it is told."""

    def __init__(self, *messages: Mapping[str, object]) -> None:
        self._messages = messages
        self.told: list[Mapping[str, object]] = []
        self.closed: list[int] = []

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        for message in self._messages:
            yield message
            await asyncio.sleep(0)

    async def send_json(self, message: Mapping[str, object]) -> None:
        self.told.append(message)

    async def close(self, code: int, reason: str) -> None:
        self.closed.append(code)


class Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """Overrides what ours does, in the same way."""

    def __init__(self, adapter: Adapter) -> None:
        unknown: Any = None
        super().__init__(unknown, adapter, unknown, None, unknown, timedelta(seconds=9), 2)
        self.begun: list[Operation[Any, None]] = []
        self.seen: list[str] = []

    async def handle_message(self, message: Any) -> None:
        self.seen.append(message["type"])
        await super().handle_message(message)

    async def handle_connection_init(self, message: Any) -> None:
        self.connection_init_received = True
        assert self.connection_init_timeout_task
        self.connection_init_timeout_task.cancel()
        self.connection_acknowledged = True
        await self.send_message({"type": "connection_ack"})

    async def run_operation(self, operation: Operation[Any, None]) -> None:
        self.begun.append(operation)
        await operation.send_operation_message({"id": operation.id, "type": "complete"})


async def test_what_the_socket_uses_of_the_handler() -> None:
    asked = {"query": "{ a }", "variables": {"b": 1}, "operationName": "c"}
    adapter = Adapter(
        {"type": "connection_init"},
        {"type": "subscribe", "id": "1", "payload": asked},
        {"type": "ping"},
        {"type": "nonsense"},
    )
    handler = Handler(adapter)
    with SOCKET("a handler waits for connection_init, and ends with the messages"):
        await asyncio.wait_for(handler.handle(), 5)
    with SOCKET("each message goes through handle_message"):
        assert handler.seen == ["connection_init", "subscribe", "ping", "nonsense"]
    with SOCKET("a subscription is run by run_operation, in a task that its operation knows"):
        [operation] = handler.begun
        assert operation.task
        assert handler.operations == {}
    with SOCKET("an operation has id, query, variables and operation_name"):
        told = (operation.id, operation.query, operation.variables, operation.operation_name)
        assert told == ("1", "{ a }", {"b": 1}, "c")
    with SOCKET("what is sent goes through send_json, and pings are answered"):
        kinds = [message["type"] for message in adapter.told]
        assert kinds == ["connection_ack", "complete", "pong"]
    with SOCKET("an unknown message closes with 4400, by handle_invalid_message"):
        assert adapter.closed == [4400]


async def test_what_the_socket_ends_an_operation_by() -> None:
    handler = Handler(Adapter())
    operation = Operation[Any, None](handler, "1", "{ a }", None, None)
    operation.task = asyncio.create_task(asyncio.Event().wait())
    handler.operations["1"] = operation
    with SOCKET("cleanup_operation cancels an operation's task and forgets it"):
        await handler.cleanup_operation("1")
        await asyncio.wait([operation.task], timeout=5)
        assert operation.task.cancelled()
        assert handler.operations == {}


def test_a_change_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GraphQLCoreConverter, "DEFINITION_BACKREF", "elsewhere")
    with pytest.raises(pytest.fail.Exception, match=r"no longer so that a field of the schema"):
        test_what_plans_use_of_a_field()


async def test_another_change_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(BaseGraphQLTransportWSHandler, "cleanup_operation")
    with pytest.raises(pytest.fail.Exception, match=r"no longer so that cleanup_operation"):
        await test_what_the_socket_ends_an_operation_by()
