"""What doubles share: they record requests, answer by script, and notice who leaves."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, assert_never

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from tests.vendors import wire
from tests.vendors.instances import instance
from tests.vendors.script import (
    Answer,
    Calls,
    Drips,
    Fails,
    Fits,
    Gate,
    Hangs,
    NotHttp,
    Pace,
    Raw,
    Received,
    Resets,
    Says,
    Trouble,
)
from tests.vendors.server import Connection

Body = dict[str, Any]


class Reply:
    """One request and the way back to who sent it."""

    def __init__(self, received: Received, connection: Connection, send: Send) -> None:
        self.received = received
        self.connection = connection
        self._send = send

    @property
    def presented_key(self) -> str:
        return self.received.headers.get("authorization", "").removeprefix("Bearer ")

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def write(self, data: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": more})

    async def json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        await self.start(status, {"content-type": "application/json", **(headers or {})})
        await self.write(json.dumps(body).encode(), more=False)

    async def frames(self, frames: Sequence[bytes], gate: Gate | Pace | None) -> None:
        kind = "text/event-stream" if self.received.body.get("stream") else "application/json"
        await self.start(200, {"content-type": kind})
        for number, frame in enumerate(frames):
            if gate is not None and number > 0:
                await gate.passed()
            await self.write(frame)


class Endpoint:
    """An ASGI app around one coroutine, which ends when the client goes away."""

    def __init__(self, answer: Callable[[Reply], Awaitable[None]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        connection: Connection = scope["state"]["connection"]
        body = await request.body()
        received = Received(
            request.method,
            request.url.path,
            dict(Headers(scope=scope)),
            json.loads(body) if body else {},
            connection.closed,
        )
        answering = asyncio.ensure_future(self._answer(Reply(received, connection, send)))
        leaving = asyncio.ensure_future(connection.closed.wait())
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        if answering.done():
            answering.result()
            received.answered.set()
        else:
            answering.cancel()


class Vendor:
    """A double. `will` queues answers to chat requests, `will_list` to requests for the models;
    with nothing queued it does as `default` says, which is what a healthy vendor would do."""

    models: tuple[str, ...] = ()
    fingerprint: str | None = None
    knows_its_models = True  # refuses any other

    def __init__(self, key: str | None = None, models: Iterable[str] | None = None) -> None:
        self.key = key
        self.models = self.models if models is None else tuple(models)
        self.default: Callable[[Body], Answer] = lambda _: Fits()
        self.requests: list[Received] = []
        self.chats: list[Received] = []  # those among them
        self._to_chats: deque[Answer] = deque()
        self._to_lists: deque[Answer] = deque()
        self._arrivals: asyncio.Queue[Received] = asyncio.Queue()
        self.app = self.build(Endpoint(self._list), Endpoint(self._chat))

    def build(self, listing: Endpoint, chat: Endpoint) -> Starlette:
        raise NotImplementedError

    def listing(self) -> Body:
        raise NotImplementedError

    def trouble(self, trouble: Trouble, request: Body, presented_key: str) -> tuple[int, Body]:
        """Status and body in the vendor's own words; they quote the key where they can."""
        raise NotImplementedError

    def will(self, *answers: Answer) -> None:
        self._to_chats.extend(answers)

    def will_list(self, *answers: Answer) -> None:
        self._to_lists.extend(answers)

    def forget(self) -> None:
        """Whatever was asked until now."""
        self.requests.clear()
        self.chats.clear()
        self._arrivals = asyncio.Queue()

    async def next_chat(self) -> Received:
        """The next chat request in the order of arrival, as soon as it is here."""
        return await self._arrivals.get()

    async def _list(self, reply: Reply) -> None:
        self.requests.append(reply.received)
        if self._to_lists:
            await self._deliver(self._to_lists.popleft(), reply)
        elif self._is_barred(reply):
            await self._deliver(Fails(Trouble.WRONG_KEY), reply)
        else:
            await reply.json(200, self.listing())

    async def _chat(self, reply: Reply) -> None:
        self.requests.append(reply.received)
        if not reply.received.body:
            lacking = {"message": "'messages' is a required property", "code": None}
            await reply.json(400, {"error": lacking})
            return
        self.chats.append(reply.received)
        self._arrivals.put_nowait(reply.received)
        if self._to_chats:
            answer = self._to_chats.popleft()
        elif self._is_barred(reply):
            answer = Fails(Trouble.WRONG_KEY)
        elif self.knows_its_models and reply.received.body["model"] not in self.models:
            answer = Fails(Trouble.NO_MODEL)
        else:
            answer = self.default(reply.received.body)
        await self._deliver(answer, reply)

    def _is_barred(self, reply: Reply) -> bool:
        return self.key is not None and reply.presented_key != self.key

    async def _deliver(self, answer: Answer, reply: Reply) -> None:
        request = reply.received.body
        match answer:
            case Fits(gate):
                await reply.frames(self._fitting(request), gate)
            case Says(chunks, gate):
                await reply.frames(wire.frames(request, chunks, None, self.fingerprint), gate)
            case Calls(arguments, name, gate):
                tool = name or request["tools"][0]["function"]["name"]
                await reply.frames(wire.frames(request, [arguments], tool, self.fingerprint), gate)
            case Drips(gate):
                whole = b"".join(self._fitting(request))
                await reply.frames([bytes([byte]) for byte in whole], gate)
            case Hangs(release):
                await release.wait()
                await reply.frames(self._fitting(request), None)
            case Resets(chunks, gate):
                started = wire.frames(request, chunks, None, self.fingerprint)[:-1]
                await reply.frames(started, gate)
                if gate is not None:
                    await gate.passed()
                reply.connection.reset()
                return
            case Fails(trouble, headers):
                status, body = self.trouble(trouble, request, reply.presented_key)
                await reply.json(status, body, headers)
                return
            case Raw(body, status, content_type, headers, pieces):
                await reply.start(status, {"content-type": content_type, **headers})
                for at in range(0, len(body), pieces or len(body) or 1):
                    await reply.write(body[at : at + (pieces or len(body))])
            case NotHttp(data):
                reply.connection.transport.write(data)
                reply.connection.transport.close()
                return
            case _:
                assert_never(answer)
        await reply.write(b"", more=False)

    def _fitting(self, request: Body) -> list[bytes]:
        if not request:  # for the list of models
            return [b"", json.dumps(self.listing()).encode()]
        tool = None
        match request:
            case {"response_format": {"json_schema": {"schema": schema}}}:
                text = json.dumps(instance(schema))
            case {"tools": [{"function": {"name": tool, "parameters": schema}}, *_]}:
                text = json.dumps(instance(schema))
            case _:
                schema = _prompted_schema(request)
                text = "Hello there." if schema is None else json.dumps(instance(schema))
        chunks = [text[at : at + 8] for at in range(0, len(text), 8)]
        return wire.frames(request, chunks, tool, self.fingerprint)


def _prompted_schema(request: Body) -> Body | None:
    """A JSON Schema that stands in the instructions, as in prompted output."""
    decoder = json.JSONDecoder()
    for message in request["messages"]:
        text = message["content"] if isinstance(message["content"], str) else ""
        start = text.find('{"')
        while start >= 0:
            try:
                found, _ = decoder.raw_decode(text, start)
            except json.JSONDecodeError:
                found = None
            if isinstance(found, dict) and found.get("type") == "object":
                return found
            start = text.find('{"', start + 1)
    return None
