"""A socket to one API, with a subscription that the server has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.http.clients import Socket


@asynccontextmanager
async def subscribed(
    url: str, secret: str, document: str, **variables: Any
) -> AsyncIterator[Socket]:
    async with connect(
        f"{url.replace('http', 'ws', 1)}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        proxy=None,
        max_size=None,
    ) as connection:
        socket = Socket(connection)
        await socket.sign_in(secret)
        await socket.subscribe("1", document, **variables)
        # Subscriptions are registered in the order of messages: the answer to a query that was
        # sent later proves it.
        await socket.subscribe("2", "{ __typename }")
        while (await socket.next())["id"] != "2":
            pass
        yield socket
