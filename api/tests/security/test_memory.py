"""X8: what a hostile request costs the web process."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.dose import tried
from tests.http.clients import bearer
from tests.http.process import WebProcess
from tests.security.measures import MEGABYTES, forget_the_peak, megabytes

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells another process's peak"
)
WIDE = "🧵".encode() * 1_000_000
CREATE = """mutation ($input: CreateTaskInput!) { createTask(input: $input) {
    ... on Error { message } } }"""


def _query(query: str, **variables: object) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


def _deep(levels: int) -> object:
    value: object = {}
    for _ in range(levels):
        value = {"properties": {"a": value}}
    return value


def _task(schema: object) -> bytes:
    return _query(CREATE, input={"name": "x", "responseSchema": schema})


def _array(value: bytes) -> bytes:
    return b"[" + (value + b",") * (4_194_000 // (len(value) + 1)) + b"0]"


BODIES: dict[str, Callable[[], bytes]] = {
    "50 MB of nothing": lambda: b" " * 50_000_000,
    "4 MiB of nothing": lambda: b" " * 4_194_000,
    "4 MiB of brackets": lambda: b"[" * 4_194_000,
    "4 MiB of numbers": lambda: _array(b"1.5"),
    "4 MiB of texts": lambda: _array(b'"ab"'),
    "4 MiB of lists": lambda: _array(b"[]"),
    "4 MiB of objects": lambda: _array(b"{}"),
    "4 MiB of fuller objects": lambda: _array(b'{"ab":"cd"}'),
    "4 MiB of quotes": lambda: b'{"query":"' + b'\\"' * 2_000_000,
    "as many objects as are taken": lambda: b"[" + b'{"ab":"cd"},' * 99_000 + b"0]",
    "4 MiB of escapes": lambda: b'{"query":"' + b"\\u0000" * 699_000 + b'"}',
    "20,000 aliases": lambda: _query(f"{{ {' '.join(f'a{i}: id' for i in range(20_000))} }}"),
    "a document of 512 KiB": lambda: _query("{ a(b: [" + "1 " * 262_000 + "]) }"),
    "a schema of 4 MiB": lambda: _task("x" * 4_000_000),
    "a schema of 4 MiB of wide letters": lambda: _task("@").replace(b"@", WIDE),
    "a deep schema": lambda: _task(_deep(60)),
    "a deeper schema": lambda: _task(_deep(180)),
    "many variables": lambda: _query("{ __typename }", **{f"v{i}": i for i in range(200_000)}),
}


@pytest.mark.parametrize("body", BODIES)
async def test_X8_a_hostile_request_costs_less_than_50_MB(
    body: str, web: WebProcess, client: httpx.AsyncClient, secret: str
) -> None:
    headers = {"Content-Type": "application/json", **bearer(secret)}
    before = megabytes(web, "VmRSS")
    forget_the_peak(web)
    answer = await client.post("/graphql", content=BODIES[body](), headers=headers)
    assert answer.status_code in (200, 400, 413)
    assert megabytes(web, "VmHWM") - before < MEGABYTES
    tried["bodies whose memory was measured"] += 1


async def test_X8_a_request_that_costs_more_would_be_found(
    web: WebProcess, client: httpx.AsyncClient, secret: str
) -> None:
    """Twelve of the dearest at once."""
    headers = {"Content-Type": "application/json", **bearer(secret)}
    forget_the_peak(web)
    before = megabytes(web, "VmRSS")
    body = BODIES["a schema of 4 MiB of wide letters"]()
    asked = (client.post("/graphql", content=body, headers=headers) for _ in range(12))
    await asyncio.gather(*asked)
    assert megabytes(web, "VmHWM") - before > MEGABYTES
