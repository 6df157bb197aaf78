"""Runs as a client sees them: asked for over HTTP, followed on a socket that is open already."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.client import GraphQL
from benchmarks.site import Site
from benchmarks.sockets import Socket, open_socket

RUN_TASK = """mutation ($input: RunTaskInput!) { runTask(input: $input) {
  __typename ... on RunTaskPayload { run { id } } ... on Error { message } } }"""
RUN_EVENTS = """subscription ($id: ID!) { runEvents(runId: $id) {
  __typename sequence ... on RunSucceeded { output } ... on RunFailed { error { message } } } }"""


@dataclass(frozen=True)
class Followed:
    """Seconds from the request."""

    acknowledged: float
    started: float
    succeeded: float


class Follower:
    def __init__(self, http: GraphQL, socket: Socket) -> None:
        self._http, self._socket = http, socket

    async def run(self, assignment: str) -> Followed:
        seen: asyncio.Queue[tuple[float, dict[str, Any]]] = asyncio.Queue()
        begun = time.time()
        run = await ask_run(self._http, assignment)
        acknowledged = time.time()
        self._socket.subscribe(
            RUN_EVENTS, lambda now, message: seen.put_nowait((now, message)), id=run
        )
        started = succeeded = 0.0
        while True:
            async with asyncio.timeout(30):
                now, message = await seen.get()
            if message["type"] == "complete":
                break
            event = message["payload"]["data"]["runEvents"]
            if event["__typename"] == "RunStarted":
                started = now
            elif event["__typename"] == "RunSucceeded":
                succeeded = now
        if not started or not succeeded:
            raise RuntimeError(f"The run {run} did not succeed: {json.dumps(event)}")
        return Followed(acknowledged - begun, started - begun, succeeded - begun)


async def all_run(followers: Iterable[Follower], assignment: str, runs: int) -> None:
    """So many runs; each follower asks for its next one once it has seen the last one end."""
    numbers = iter(range(runs))

    async def one(each: Follower) -> None:
        for _ in numbers:
            await each.run(assignment)

    async with asyncio.TaskGroup() as group:
        for each in followers:
            group.create_task(one(each))


async def ask_run(http: GraphQL, assignment: str) -> str:
    """Its id."""
    task = {"assignmentId": assignment, "input": {"message": "It does not start any more."}}
    result = await http.ask(RUN_TASK, input=task)
    if result["__typename"] != "RunTaskPayload":
        raise RuntimeError(f"A run was refused: {result}")
    run: str = result["run"]["id"]
    return run


@asynccontextmanager
async def follower(site: Site) -> AsyncIterator[Follower]:
    url = await site.start_api()
    http = GraphQL(url, site.headers)
    await http.open()
    socket = await open_socket(url, site.secret)
    try:
        yield Follower(http, socket)
    finally:
        http.close()
        socket.close()
