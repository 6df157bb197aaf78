"""Rota as a client meets it: GraphQL over HTTP and on a socket, with a token."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol


class Watch:
    """A subscription, from the moment the server has it."""

    def __init__(self, messages: "asyncio.Queue[dict[str, Any]]") -> None:
        self._messages = messages

    async def next(self) -> Any:
        """The field of the next message; None once it completed."""
        async with asyncio.timeout(30):
            message = await self._messages.get()
        if message["type"] == "complete":
            return None
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        [field] = message["payload"]["data"].values()
        return field

    async def until(self, **expected: Any) -> Any:
        """The first field that has these values; a dotted name reaches inwards."""
        while True:
            field = await self.next()
            assert field is not None, f"completed before {expected}"
            if all(_inside(field, name) == value for name, value in expected.items()):
                return field

    async def rest(self) -> list[Any]:
        fields = []
        while (field := await self.next()) is not None:
            fields.append(field)
        return fields


def _inside(field: Any, name: str) -> Any:
    for part in name.split("__"):
        field = field and field[part]
    return field


class Client:
    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret
        self._http = httpx.AsyncClient(
            base_url=url, trust_env=False, headers={"Authorization": f"Bearer {secret}"}, timeout=30
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(self, document: str, **variables: Any) -> Any:
        answer = await self._http.post(
            "/graphql",
            content=json.dumps({"query": document, "variables": variables}),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 200, answer.text
        content = answer.json()
        assert "errors" not in content, content
        return content["data"]

    async def change(self, document: str, **input: Any) -> Any:
        """The result of a mutation whose only variable is its input."""
        [result] = (await self.ask(document, input=input)).values()
        return result

    @asynccontextmanager
    async def watch(self, document: str, **variables: Any) -> AsyncIterator[Watch]:
        async with connect(
            self.url.replace("http", "ws", 1) + "/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
        ) as socket:
            authorization = {"authorization": f"Bearer {self.secret}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": authorization}))
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
            payload = {"query": document, "variables": variables}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            # Subscriptions are registered in the order of messages, so that an answer to a
            # query that was sent later proves it.
            await socket.send(
                json.dumps({"id": "2", "type": "subscribe", "payload": {"query": "{ __typename }"}})
            )
            messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
            registered = asyncio.Event()

            async def read() -> None:
                async for frame in socket:
                    message = json.loads(frame)
                    if message["id"] == "1":
                        messages.put_nowait(message)
                    else:
                        registered.set()

            reader = asyncio.create_task(read())
            try:
                async with asyncio.timeout(10):
                    await registered.wait()
                yield Watch(messages)
            finally:
                reader.cancel()
                await asyncio.wait([reader])
