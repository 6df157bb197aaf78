"""GraphQL over a WebSocket: graphql-transport-ws by Strawberry's handler, under our rules."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import timedelta
from typing import Any, cast

import orjson
from graphql import ExecutionResult, GraphQLError, OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import (
    NonJsonMessageReceived,
    NonTextMessageReceived,
    WebSocketDisconnected,
)
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws import types as messages
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from rota.graphql.context import Context
from rota.graphql.errors import present
from rota.graphql.planning.execution import NoOperation, Refused, answer, events
from rota.http.credentials import authenticate_bearer, authenticate_session
from rota.http.operation import NO_OPERATION, PersistedQueryNotSupported, read_operation
from rota.http.state import State, note_signed_in, request_id
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.errors import BadRequest, Hung, Unauthenticated, Unavailable
from rota.platform.messaging.delivery import Interrupted, Lagged
from rota.schema import BATCH_READS

INIT_SECONDS = 5.0
MAX_OPERATIONS = 50
MAX_ID_LENGTH = 200
RESTART, TRY_AGAIN = 1012, 1013
# A runtime error where uvicorn has closed it already, because of a frame that is none.
OVER = (WebSocketDisconnect, RuntimeError)
MALFORMED, SIGN_IN, WRONG_PROTOCOL, INIT_TWICE = 4400, 4401, 4406, 4429


async def graphql_socket(websocket: WebSocket[State]) -> None:
    if GRAPHQL_TRANSPORT_WS_PROTOCOL not in websocket.scope["subprotocols"]:
        await websocket.accept()
        await websocket.close(WRONG_PROTOCOL, "Subprotocol not acceptable")
        return
    await websocket.accept(GRAPHQL_TRANSPORT_WS_PROTOCOL)
    await Handler(websocket).handle()


class Adapter(AsyncWebSocketAdapter):
    """Strict JSON objects in text frames, both ways."""

    def __init__(self, websocket: WebSocket[State]) -> None:
        self._websocket = websocket

    async def iter_json(
        self, *, ignore_parsing_errors: bool = False
    ) -> AsyncGenerator[object, None]:
        while self._websocket.application_state is WebSocketState.CONNECTED:
            frame = await self._websocket.receive()
            if frame["type"] == "websocket.disconnect":
                return
            if frame.get("text") is None:
                raise NonTextMessageReceived
            try:
                message = jsontext.loads(frame["text"])
            except jsontext.NotJson:
                raise NonJsonMessageReceived from None
            if not isinstance(message, dict):
                raise NonJsonMessageReceived
            yield message

    async def send_json(self, message: Mapping[str, object]) -> None:
        text = jsontext.dump_bytes(message).decode()
        try:
            await self._websocket.send_text(text)
        except OVER:
            raise WebSocketDisconnected from None

    async def close(self, code: int, reason: str) -> None:
        # A close frame carries at most 123 bytes of reason.
        short = reason.encode("utf-8", "replace")[:120].decode("utf-8", "ignore")
        with suppress(*OVER):
            await self._websocket.close(code, short)


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    def __init__(self, websocket: WebSocket[State]) -> None:
        unknown = cast("Any", None)  # the view is not asked, and the context waits for the actor
        super().__init__(
            unknown,
            Adapter(websocket),
            unknown,
            None,
            websocket.state["interpreter"].schema,
            timedelta(seconds=INIT_SECONDS),
            MAX_OPERATIONS,
        )
        self._connection = websocket

    async def handle(self) -> None:
        try:
            await super().handle()
        finally:
            self._connection.state["sockets"].discard(self.sign_out)

    async def handle_message(self, message: messages.Message) -> None:
        try:
            _check(message)
        except BadRequest as error:
            await self.handle_invalid_message(error.message)
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: messages.ConnectionInitMessage) -> None:
        if self.connection_init_received:
            await self.end(INIT_TWICE, "Too many initialisation requests")
            return
        self.connection_init_received = True
        if self.connection_init_timeout_task:
            self.connection_init_timeout_task.cancel()
        try:
            actor = await before_deadline(self._authenticate(message.get("payload") or {}))
        except Unauthenticated as error:
            await self.end(SIGN_IN, error.message)
            return
        except Unavailable:
            await self.end(TRY_AGAIN, "The database cannot be reached; try again soon.")
            return
        note_signed_in(self._connection.scope)
        state = self._connection.state
        self.context = Context(
            state["resources"],
            state["rules"],
            BATCH_READS,
            actor,
            request_id(self._connection.scope),
        )
        state["sockets"].add(actor, self.sign_out)
        await self.send_message({"type": "connection_ack"})
        self.connection_acknowledged = True

    async def _authenticate(self, payload: Mapping[str, object]) -> Actor:
        authorization = payload.get("authorization", payload.get("Authorization"))
        if isinstance(authorization, str):
            return await authenticate_bearer(authorization)
        half = payload.get("session")
        return await authenticate_session(self._connection, half if isinstance(half, str) else None)

    async def handle_subscribe(self, message: messages.SubscribeMessage) -> None:
        refusal = self._refusal(message) if self.connection_acknowledged else None
        if refusal and message["id"] not in self.operations:
            shown = self._shown([GraphQLError(refusal.message, original_error=refusal)])
            await self.send_message({"id": message["id"], "type": "error", "payload": shown})
            return
        await super().handle_subscribe(message)

    def _refusal(self, message: messages.SubscribeMessage) -> BadRequest | None:
        """For the one operation alone; the socket stays."""
        if len(self.operations) >= MAX_OPERATIONS:
            return BadRequest(
                f"A socket carries at most {MAX_OPERATIONS} operations at a time. End one first, "
                "or open another socket."
            )
        try:
            read_operation(message["payload"])
        except BadRequest as error:
            return error
        return None

    async def run_operation(self, operation: Operation[Context, None]) -> None:
        with suppress(WebSocketDisconnected):
            try:
                await self._run(operation)
            except WebSocketDisconnected:
                raise
            except GraphQLError as error:
                await self._refuse(operation, [error])
            except Exception as error:  # shown by its code; a bug is logged and masked
                await self._refuse(operation, [GraphQLError(str(error), original_error=error)])

    async def _run(self, operation: Operation[Context, None]) -> None:
        interpreter = self._connection.state["interpreter"]
        try:
            executor = interpreter.prepare(
                operation.query, operation.variables, operation.operation_name, self.context
            )
            if executor.operation.operation is OperationType.SUBSCRIPTION:
                async with aclosing(events(executor)) as results:
                    async for event in results:
                        await self._send_next(operation, event.result, event.text)
            else:
                await self._send_next(
                    operation, await before_deadline(answer(executor, is_frame=True))
                )
        except Refused as refused:
            await self._refuse(operation, refused.errors)
            return
        await operation.send_operation_message({"id": operation.id, "type": "complete"})

    async def _send_next(
        self,
        operation: Operation[Context, None],
        result: ExecutionResult,
        text: bytes | None = None,
    ) -> None:
        """`text` is the payload where it is written already."""
        payload: Any = {"data": result.data} if text is None else orjson.Fragment(text)
        if result.errors:
            payload["errors"] = self._shown(result.errors)
        await operation.send_operation_message(
            {"id": operation.id, "type": "next", "payload": payload}
        )

    async def _refuse(
        self, operation: Operation[Context, None], errors: Sequence[GraphQLError]
    ) -> None:
        """Where messages were missed the whole socket goes, so that the client comes back
        and reads anew: nothing replays them."""
        cause = errors[0].original_error
        if isinstance(cause, Interrupted):
            await self.end(RESTART, "Live updates were interrupted; connect again and refetch.")
        elif isinstance(cause, Lagged):
            await self.end(TRY_AGAIN, "This client was too slow; connect again and refetch.")
        elif isinstance(cause, NoOperation):
            refusal = GraphQLError(NO_OPERATION, original_error=BadRequest(NO_OPERATION))
            await self._refuse(operation, [refusal])
        elif isinstance(cause, Unavailable) and not isinstance(cause, Hung):
            await self.end(TRY_AGAIN, "The database cannot be reached; try again soon.")
        else:
            await operation.send_operation_message(
                {"id": operation.id, "type": "error", "payload": self._shown(errors)}
            )

    def _shown(self, errors: Sequence[GraphQLError]) -> Any:
        return [present(error, request_id(self._connection.scope)) for error in errors]

    async def sign_out(self) -> None:
        await self.end(SIGN_IN, "These credentials have ended.")

    async def end(self, code: int, reason: str) -> None:
        """Nothing is sent after this; an operation may call it about itself."""
        for name, operation in list(self.operations.items()):
            if operation.task is not asyncio.current_task():
                await self.cleanup_operation(name)
        await self.websocket.close(code, reason)


def _check(message: Mapping[str, Any]) -> None:
    """The shape that the protocol gives each message."""
    kind = message.get("type")
    if kind in ("subscribe", "complete"):
        name = message.get("id")
        if not isinstance(name, str) or not 0 < len(name) <= MAX_ID_LENGTH:
            raise BadRequest(f"`id` must be a text of 1 to {MAX_ID_LENGTH} characters.")
    if kind == "subscribe":
        with suppress(PersistedQueryNotSupported):  # an answer for the operation, and no fault
            read_operation(message.get("payload"))
    elif not isinstance(message.get("payload"), dict | None):
        raise BadRequest("`payload` must be an object.")
