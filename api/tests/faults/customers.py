"""Clients that do not give up: they ask until they are answered, and come back to their streams."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from tests.faults.site import IMPATIENT, PATIENT, Site
from tests.faults.vendor import IMPATIENT as IMPATIENT_KINDS
from tests.scenarios.documents import CANCEL_RUN, RUN_TASK

EVENTS = """subscription ($id: ID!, $after: Int) { runEvents(runId: $id, after: $after) {
  __typename sequence } }"""
LAST = {"RunSucceeded", "RunFailed", "RunCancelled"}
AGAIN_SECONDS = 0.1


class NotNow(Exception):
    """What a client gets while something is away: it asks again."""


@dataclass
class Customers:
    site: Site
    random: Random
    acknowledged: dict[str, str] = field(default_factory=dict)  # name of a message: id of its run
    cancels: dict[str, str] = field(default_factory=dict)  # name: the state that was told
    faults: list[str] = field(default_factory=list)  # what no client should ever see
    followed: int = 0
    reconnects: int = 0

    async def __aenter__(self) -> "Customers":
        self._http = httpx.AsyncClient(
            trust_env=False,
            timeout=10,
            headers={"Authorization": f"Bearer {self.site.secret}"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self._http.aclose()

    def name(self, kind: str) -> str:
        return f"#{kind}-{next(self.site.numbers)}"

    async def ask(self, name: str) -> str:
        """The id of the run, whatever happens meanwhile; the name is the idempotency key."""
        while True:
            with suppress(NotNow):
                return await self.ask_once(name, self.random.choice(self.site.apis).url)
            await asyncio.sleep(AGAIN_SECONDS)

    async def ask_once(self, name: str, url: str) -> str:
        result = await self.change(url, RUN_TASK, _request(self.site, name))
        if result["__typename"] != "RunTaskPayload":
            self.faults.append(f"{name}: {result}")
            raise NotNow
        run_id = str(result["run"]["id"])
        if self.acknowledged.setdefault(name, run_id) != run_id:
            self.faults.append(f"{name} was acknowledged as two runs")
        return run_id

    async def abort(self, name: str) -> None:
        """Sends the whole request and leaves before the answer; then asks properly."""
        url = urlsplit(self.random.choice(self.site.apis).url)
        body = json.dumps(
            {"query": RUN_TASK, "variables": {"input": _request(self.site, name)}}
        ).encode()
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.site.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with suppress(OSError):
            _, writer = await asyncio.open_connection(url.hostname, url.port)
            writer.write(head.encode() + body)
            await writer.drain()
            await asyncio.sleep(self.random.uniform(0, 0.02))
            writer.transport.abort()
        await self.ask(name)

    async def cancel(self, name: str) -> None:
        while True:
            with suppress(NotNow):
                url = self.random.choice(self.site.apis).url
                result = await self.change(url, CANCEL_RUN, {"runId": self.acknowledged[name]})
                self.cancels[name] = result["run"]["status"]
                return
            await asyncio.sleep(AGAIN_SECONDS)

    async def follow(self, name: str, *, hops: bool = False) -> None:
        """To the run's end, over as many sockets as it takes: with `hops`, one for each event."""
        self.followed += 1
        seen = 0
        while True:
            try:
                async for event in self._events(self.acknowledged[name], seen):
                    if event["sequence"] != seen + 1:
                        self.faults.append(f"{name}: event {event['sequence']} came after {seen}")
                    seen = event["sequence"]
                    if event["__typename"] in LAST:
                        return
                    if hops:
                        raise NotNow
                self.faults.append(f"{name}: the stream completed before its end, at {seen}")
                return
            except (OSError, WebSocketException, InvalidHandshake, NotNow):
                self.reconnects += 1
                await asyncio.sleep(AGAIN_SECONDS)

    async def _events(self, run_id: str, after: int) -> Any:
        url = self.random.choice(self.site.apis).url.replace("http", "ws", 1)
        async with connect(
            f"{url}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
            open_timeout=5,
            close_timeout=1,
        ) as socket:
            token = {"authorization": f"Bearer {self.site.secret}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": token}))
            json.loads(await socket.recv())
            asked = {"query": EVENTS, "variables": {"id": run_id, "after": after}}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
            async for frame in socket:
                message = json.loads(frame)
                if message["type"] == "complete":
                    return
                payload = message["payload"]
                if message["type"] == "error" or "errors" in payload:
                    self._judge(payload if message["type"] == "error" else payload["errors"])
                yield payload["data"]["runEvents"]
            raise NotNow

    async def change(self, url: str, document: str, input: dict[str, Any]) -> dict[str, Any]:
        body = {"query": document, "variables": {"input": input}}
        try:
            answer = await self._http.post(f"{url}/graphql", json=body)
        except httpx.TransportError:
            raise NotNow from None
        content = answer.json()
        if "errors" in content:
            self._judge(content["errors"])
        [result] = content["data"].values()
        return dict(result)

    def _judge(self, errors: list[dict[str, Any]]) -> None:
        """UNAVAILABLE asks for patience; anything else was none of the client's making."""
        self.faults += [str(e) for e in errors if e["extensions"]["code"] != "UNAVAILABLE"]
        raise NotNow


def _request(site: Site, name: str) -> dict[str, Any]:
    kind = name[1:].partition("-")[0]
    agent = IMPATIENT if kind in IMPATIENT_KINDS else PATIENT
    return {
        "assignmentId": site.assignments[agent],
        "input": {"message": name},
        "idempotencyKey": name,
    }
