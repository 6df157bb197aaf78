"""What every answer to a hostile request must be: in time, refused in our words or served."""

import json
import time
from collections.abc import Mapping
from typing import Any

import httpx

from tests.http.clients import GRAPHQL_JSON, Socket, ask, codes

ALLOWED = {"BAD_REQUEST", "RATE_LIMITED", "FORBIDDEN"}
# What only a bug would let out: our own insides.
INSIDES = (
    "Traceback",
    'File "',
    "asyncpg",
    "tortoise",
    "strawberry",
    "pydantic",
    "object has no attribute",
    "NoneType",
    "SELECT ",
    "INSERT INTO",
    "syntax error at",
    "violates",
)
SECONDS = 1.0


class NotCalm(AssertionError):
    pass


def check(answer: Mapping[str, Any], what: str) -> None:
    said = json.dumps(answer.get("errors", []))
    if not set(codes(answer)) <= ALLOWED:
        raise NotCalm(f"{said}\nto {what}")
    if shown := [word for word in INSIDES if word in said]:
        raise NotCalm(f"{shown} shown in {said}\nto {what}")


async def over_http(
    client: httpx.AsyncClient, document: str, secret: str, **variables: Any
) -> Mapping[str, Any]:
    """The answer, once it was found to be calm. What took long is asked for again: a busy machine
    is not slow every time, and a hole is."""
    for is_last in (False, False, False, True):
        begun = time.monotonic()
        response = await ask(client, document, secret, accept=GRAPHQL_JSON, variables=variables)
        if time.monotonic() - begun < SECONDS:
            break
        if is_last:
            raise NotCalm(f"It took {time.monotonic() - begun:.1f} s.\nto {document} {variables}")
    if response.status_code not in (200, 400):
        raise NotCalm(f"{response.status_code} {response.text}\nto {document} {variables}")
    answer: dict[str, Any] = response.json()
    check(answer, f"{document} {variables}")
    return answer


async def on_socket(socket: Socket, document: str) -> None:
    await socket.subscribe("hostile", document)
    while True:
        message = await socket.next()
        if message["type"] == "next":
            check(message["payload"], document)
        elif message["type"] == "error":
            check({"errors": message["payload"]}, document)
        if message["type"] != "next":
            return
