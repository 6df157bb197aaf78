"""GraphQL over HTTP: one operation a request, by POST, JSON in and out."""

import re
from typing import Any

from graphql import ExecutionResult, OperationType
from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from rota.graphql.context import Context
from rota.graphql.errors import present
from rota.graphql.planning.execution import NoOperation, Refused, answer
from rota.http.answers import STATUS, json_answer, refuse
from rota.http.body import WrongBody, read_json
from rota.http.credentials import authenticate
from rota.http.operation import (
    NO_OPERATION,
    Operation,
    PersistedQueryNotSupported,
    is_refused,
    read_operation,
)
from rota.http.state import State, request_id
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.errors import BadRequest
from rota.schema import BATCH_READS

MAX_BODY_BYTES = 4 * 1024 * 1024
GRAPHQL_JSON = "application/graphql-response+json"
# A weight of 0 says: anything but this.
REFUSES = re.compile(r"q\s*=\s*0(\.0*)?")


class GraphQL(HTTPEndpoint):
    async def post(self, request: Request[State]) -> Response:
        media_type = _media_type(request.headers.get("accept", ""))
        try:
            actor = await before_deadline(authenticate(request))
            operation = read_operation(await read_json(request, MAX_BODY_BYTES))
            result = await before_deadline(_execute(request, actor, operation))
        except WrongBody as error:
            return refuse(request, error, error.status, media_type)
        except PersistedQueryNotSupported as error:
            # Clients take any other status for the end of it.
            return refuse(request, error, 200, media_type)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except Exception as error:  # shown by its code; a bug is logged and masked
            return refuse(request, error, None, media_type)
        return _answer(result, request_id(request.scope), media_type)

    async def method_not_allowed(self, request: Request) -> Response:
        answer = refuse(
            Request[State](request.scope), BadRequest("Send operations to /graphql by POST."), 405
        )
        answer.headers["Allow"] = "POST"
        return answer


async def _execute(request: Request[State], actor: Actor, operation: Operation) -> ExecutionResult:
    state = request.state
    context = Context(
        state["resources"], state["rules"], BATCH_READS, actor, request_id(request.scope)
    )
    try:
        executor = state["interpreter"].prepare(
            operation.query, operation.variables, operation.name, context
        )
    except Refused as refused:
        return ExecutionResult(None, refused.errors)
    except NoOperation:
        raise BadRequest(NO_OPERATION) from None
    if executor.operation.operation is OperationType.SUBSCRIPTION:
        raise BadRequest("Subscriptions go over the WebSocket at /graphql (graphql-transport-ws).")
    return await answer(executor)


def _answer(result: ExecutionResult, request_id: str, media_type: str) -> Response:
    content: dict[str, Any] = {}
    if result.errors:
        content["errors"] = [present(error, request_id) for error in result.errors]
    refused = is_refused(result)
    if not refused:
        content["data"] = result.data
    status = 200
    if media_type == GRAPHQL_JSON and result.data is None:
        code = content["errors"][0]["extensions"]["code"]
        if refused or code == "UNAVAILABLE":
            status = STATUS[code]
    return json_answer(content, status, media_type)


def _media_type(accept: str) -> str:
    """The newer type where the client names it: only then may the status tell more."""
    for part in accept.split(","):
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        if name == GRAPHQL_JSON and not any(map(REFUSES.fullmatch, parameters)):
            return GRAPHQL_JSON
    return "application/json"
