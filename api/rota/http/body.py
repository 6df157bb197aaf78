"""Reads a request's body: JSON of a bounded size, or a refusal that says why."""

import asyncio
from typing import Any

from starlette.requests import Request

from rota.http.state import State
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import BadRequest

READ_SECONDS = 20.0
# What a few bytes of JSON may become a hundred of in memory.
MAX_PARTS = 400_000


class WrongBody(BadRequest):
    """`status` is HTTP's word for what is wrong."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


async def read_json(request: Request[State], max_bytes: int) -> Any:
    _check_type(request.headers.get("content-type", ""))
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WrongBody("Send the body as it is: no `Content-Encoding` is taken.", 415)
    body = await _read(request, max_bytes)
    if jsontext.has_more_parts(body, MAX_PARTS):
        raise WrongBody(f"A body has at most {MAX_PARTS:,} texts, lists, objects and commas.", 413)
    try:
        return jsontext.loads(body)
    except jsontext.NotJson as error:
        raise WrongBody(f"The body is not JSON. {error}", 400) from None


def _check_type(content_type: str) -> None:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part for part in parameters if part.startswith("charset=")]
    if kind != "application/json" or any(c[8:].strip('"') != "utf-8" for c in charsets):
        raise WrongBody("Send the body as `Content-Type: application/json`, in UTF-8.", 415)


async def _read(request: Request[State], max_bytes: int) -> bytes:
    too_long = WrongBody(f"A body has at most {max_bytes:,} bytes.", 413)
    if int(request.headers.get("content-length", "0")) > max_bytes:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise too_long
    except TimeoutError:
        late = f"The body did not arrive within {READ_SECONDS:.0f} seconds."
        raise WrongBody(late, 408) from None
    return bytes(body)
