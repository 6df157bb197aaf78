"""A client that costs little: raw HTTP/1.1 on kept connections."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Job:
    """`body` may hold {number}, which is another for every request, beginning at `start`.
    An answer without `expect` ends the job: what fails fast must not look fast."""

    url: str
    requests: int
    connections: int = 1
    method: str = "POST"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    start: int = 0
    expect: str = ""


@dataclass(frozen=True)
class Done:
    seconds: float
    latencies: list[float]


class Connection:
    """Kept open; one request at a time."""

    def __init__(self, url: str, method: str, headers: Mapping[str, str]) -> None:
        self.received = 0  # bytes of answers
        self.aim(url, method, headers)

    def aim(self, url: str, method: str, headers: Mapping[str, str]) -> None:
        """What the next requests ask, of the same server."""
        self.url = url
        self._parts = urlsplit(url)
        target = self._parts.path + (f"?{self._parts.query}" if self._parts.query else "")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._parts.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._head = "\r\n".join(lines)

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(
            self._parts.hostname, self._parts.port, limit=1 << 24
        )

    def close(self) -> None:
        self._writer.close()

    async def request(self, body: bytes, expect: bytes = b"") -> bytes:
        if self._reader.at_eof():  # a server closes what is idle for some seconds
            self._writer.close()
            await self.open()
        head = f"{self._head}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        header = await self._reader.readuntil(b"\r\n\r\n")
        content = await self._content(header)
        self.received += len(header) + len(content)
        if not header.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")) or expect not in content:
            raise RuntimeError(f"{self.url} answered:\n{header.decode()}{content[:2000]!r}")
        return content

    async def _content(self, header: bytes) -> bytes:
        lines = header.lower()
        if b"transfer-encoding: chunked" in lines:
            chunks = []
            while size := int(await self._reader.readline(), 16):
                chunks.append(await self._reader.readexactly(size))
                await self._reader.readline()
            await self._reader.readline()
            return b"".join(chunks)
        at = lines.index(b"content-length:") + 15
        return await self._reader.readexactly(int(lines[at : lines.index(b"\r\n", at)]))


class GraphQL(Connection):
    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        super().__init__(f"{url}/graphql", "POST", headers)

    async def ask(self, document: str, **variables: Any) -> Any:
        """The data of the only field."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        answer = json.loads(await self.request(body, b'"data"'))
        if "errors" in answer:
            raise RuntimeError(f"{self.url} answered {answer['errors']}")
        [field] = answer["data"].values()
        return field


async def once(job: Job) -> bytes:
    """One answer."""
    connection = Connection(job.url, job.method, job.headers)
    await connection.open()
    content = await connection.request(job.body.encode(), job.expect.encode())
    connection.close()
    return content


async def fire(job: Job) -> Done:
    numbers = iter(range(job.start, job.start + job.requests))
    latencies: list[float] = []
    connections = [Connection(job.url, job.method, job.headers) for _ in range(job.connections)]
    for connection in connections:
        await connection.open()
    try:
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for connection in connections:
                group.create_task(_converse(connection, job, numbers, latencies))
        return Done(time.perf_counter() - begun, latencies)
    finally:
        for connection in connections:
            connection.close()


async def _converse(
    connection: Connection, job: Job, numbers: Iterator[int], latencies: list[float]
) -> None:
    expect = job.expect.encode()
    for number in numbers:
        body = job.body.replace("{number}", str(number)).encode()
        begun = time.perf_counter()
        await connection.request(body, expect)
        latencies.append(time.perf_counter() - begun)
