"""A client that costs little: raw HTTP/1.1 on kept connections, in a process of its own.

`python -m benchmarks.client` reads one job from stdin and prints what came of it.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import uvloop


@dataclass(frozen=True)
class Job:
    """`body` may hold {number}, which is another for every request, beginning at `start`.
    An answer without `expect` ends the job: what fails fast must not look fast."""

    url: str
    requests: int
    connections: int = 1
    method: str = "POST"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    start: int = 0
    expect: str = ""


@dataclass(frozen=True)
class Done:
    seconds: float
    latencies: list[float]
    answer: str


async def fire(job: Job) -> Done:
    """In a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.client"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(json.dumps(asdict(job)).encode())
    if process.returncode:
        raise RuntimeError(f"The requests to {job.url} failed; the lines above say why.")
    return Done(**json.loads(out))


async def _main() -> None:
    job = Job(**json.load(sys.stdin))
    numbers = iter(range(job.start, job.start + job.requests))
    latencies: list[float] = []
    answers: list[bytes] = []
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(job.connections):
            group.create_task(_converse(job, numbers, latencies, answers))
    seconds = time.perf_counter() - begun
    answer: Any = answers[0].decode()
    print(json.dumps(asdict(Done(seconds, latencies, answer))))


async def _converse(job: Job, numbers: "Any", latencies: list[float], answers: list[bytes]) -> None:
    parts = urlsplit(job.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 24)
    expected = job.expect.encode()
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{job.method} {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in job.headers.items()]
    head = "\r\n".join(lines)
    for number in numbers:
        body = job.body.replace("{number}", str(number)).encode()
        writer.write(f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        begun = time.perf_counter()
        header = await reader.readuntil(b"\r\n\r\n")
        content = await reader.readexactly(_length(header))
        latencies.append(time.perf_counter() - begun)
        if not header.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")) or expected not in content:
            raise SystemExit(f"{job.url} answered:\n{header.decode()}{content[:2000]!r}")
        if not answers:
            answers.append(content)
    writer.close()


def _length(header: bytes) -> int:
    at = header.lower().index(b"content-length:") + 15
    return int(header[at : header.index(b"\r\n", at)])


if __name__ == "__main__":
    uvloop.run(_main())
