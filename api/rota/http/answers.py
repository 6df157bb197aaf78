"""Answers in JSON, and refusals in the shape of GraphQL's errors."""

from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Any

from graphql import GraphQLError
from starlette.requests import HTTPConnection
from starlette.responses import Response, StreamingResponse

from rota.graphql.errors import present
from rota.http.state import State, request_id
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import RateLimited

STATUS = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "RATE_LIMITED": 429,
    "BAD_REQUEST": 400,
    "UNAVAILABLE": 503,
    "INTERNAL": 500,
}


def json_answer(content: Any, status: int = 200, media_type: str = "application/json") -> Response:
    headers, kind = {"Cache-Control": "no-store"}, f"{media_type}; charset=utf-8"
    length, pieces = jsontext.dump_pieces(content)
    first = next(pieces)
    if len(first) == length:
        return Response(first, status, headers, media_type=kind)
    headers["Content-Length"] = str(length)
    return StreamingResponse(_each(chain((first,), pieces)), status, headers, kind)


async def _each(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def refuse(
    connection: HTTPConnection[State],
    error: Exception,
    status: int | None = None,
    media_type: str = "application/json",
) -> Response:
    """The status follows from the error's code, unless HTTP has a closer one."""
    shown = present(GraphQLError(str(error), original_error=error), request_id(connection.scope))
    code = shown["extensions"]["code"]
    answer = json_answer({"errors": [shown]}, status or STATUS[code], media_type)
    if isinstance(error, RateLimited):
        answer.headers["Retry-After"] = str(error.retry_after)
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
