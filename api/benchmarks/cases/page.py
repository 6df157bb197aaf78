"""The list of agents in the web app, opened in a browser that has nothing of it yet."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.client import Connection
from benchmarks.figures import PRODUCT, Figures, at_most
from benchmarks.measure import cpu_seconds
from benchmarks.page import WEB, assets, operation
from benchmarks.site import Site

CASE = "/agents in the web app, cold"
PAGE, FEATURE, OPERATION = "AgentsPage", "features/agents/agents.queries.ts", "Agents"
FILES = "files, as packed as they came"
LOADS, CONNECTIONS = 20, 6
ACCEPT = {"Accept-Encoding": "gzip, deflate, br, zstd"}


async def run(site: Site, figures: Figures, rounds: int) -> None:
    url = await site.start_api()
    steps = assets(PAGE)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    variables = {"first": 50, "since": today.isoformat()}
    body = json.dumps({"query": operation(OPERATION, WEB / FEATURE), "variables": variables})
    for turn in range(rounds + 1):
        before = cpu_seconds(site.pids["api"])
        loads = [await _load(url, steps, site.headers, body.encode()) for _ in range(LOADS)]
        spent = cpu_seconds(site.pids["api"]) - before
        if turn:
            files, everything = loads[-1]
            figures.add(CASE, FILES, "kB", PRODUCT, files / 1000)
            figures.add(CASE, "with heads and the list's answer", "kB", PRODUCT, everything / 1000)
            figures.add(CASE, "CPU of the API", "ms", PRODUCT, spent / LOADS * 1000)
    figures.goal(CASE, FILES, at_most(265))
    figures.goal(CASE, "CPU of the API", at_most(35))


async def _load(
    url: str, steps: tuple[list[str], list[str]], headers: dict[str, str], body: bytes
) -> tuple[int, int]:
    """How many bytes the files had, packed as they came, and how many came in all."""
    connections = [Connection(url, "GET", ACCEPT) for _ in range(CONNECTIONS)]
    for connection in connections:
        await connection.open()
    try:
        files = 0
        for paths in (["agents"], *steps):
            files += await _fetch(connections, [f"{url}/{path}" for path in paths])
        connections[0].aim(f"{url}/graphql", "POST", headers | ACCEPT)
        await connections[0].request(body, b'"totalCount"')
        return files, sum(connection.received for connection in connections)
    finally:
        for connection in connections:
            connection.close()


async def _fetch(connections: Sequence[Connection], urls: Sequence[str]) -> int:
    """The bytes of their contents."""
    waiting, sizes = iter(urls), list[int]()

    async def take(connection: Connection) -> None:
        for url in waiting:
            connection.aim(url, "GET", ACCEPT)
            sizes.append(len(await connection.request(b"")))

    async with asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(take(connection))
    return sum(sizes)
