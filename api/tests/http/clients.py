"""How tests speak to the web process: GraphQL over HTTP, and graphql-transport-ws."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.http.process import WebProcess

GRAPHQL_JSON = "application/graphql-response+json"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def ask(
    client: httpx.AsyncClient,
    document: str,
    secret: str | None,
    *,
    accept: str = "application/json",
    variables: Mapping[str, Any] | None = None,
) -> httpx.Response:
    return await client.post(
        "/graphql",
        content=json.dumps({"query": document, "variables": variables}),
        headers={
            "Content-Type": "application/json",
            "Accept": accept,
            **(bearer(secret) if secret else {}),
        },
    )


def codes(answer: Mapping[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", [])]


class Socket:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def next(self, patience: float = 10) -> dict[str, Any]:
        async with asyncio.timeout(patience):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def init(self, **payload: str) -> None:
        await self.send({"type": "connection_init", "payload": payload})

    async def sign_in(self, secret: str) -> None:
        await self.init(authorization=f"Bearer {secret}")
        assert await self.next() == {"type": "connection_ack"}

    async def subscribe(self, id: str, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send({"id": id, "type": "subscribe", "payload": payload})

    async def closed(self, patience: float = 10) -> int | None:
        """The code it is closed with, whatever still arrives before."""
        try:
            async with asyncio.timeout(patience):
                while True:
                    await self.connection.recv()
        except ConnectionClosed:
            return self.connection.close_code


@asynccontextmanager
async def open_socket(
    web: WebProcess,
    protocol: str | None = "graphql-transport-ws",
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Socket]:
    async with connect(
        web.socket_url,
        subprotocols=[Subprotocol(protocol)] if protocol else None,
        additional_headers=headers,
        proxy=None,
        max_size=None,
    ) as connection:
        yield Socket(connection)
