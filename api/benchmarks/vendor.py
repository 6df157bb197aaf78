"""A vendor that answers at once, in an OpenAI-compatible server's form; a process of its own.

The model `paced` sends its answers in many pieces, four a second, once it is told to begin; the
model `steady` as models do: 107 pieces, one each 10 ms.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.vendors import wire

ANSWER = '{"category": "bug", "confidence": 0.9, "reasoning": "It says that something broke."}'
PACED_PIECES, PACED_SECONDS = 60, 0.25
STEADY_PIECES, STEADY_SECONDS = 107, 0.01


beginning, grew, waiting = asyncio.Event(), asyncio.Event(), list[Any]()


@cache
def frames(model: str, stream: bool) -> list[bytes]:
    request = {"model": model, "stream": stream, "stream_options": {"include_usage": True}}
    if count := {"paced": PACED_PIECES, "steady": STEADY_PIECES}.get(model):
        words = "".join(f"word {number}, " for number in range(count))
        text = json.dumps({"category": "bug", "confidence": 0.9, "reasoning": words})
        size = -(-len(text) // count)
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
    else:
        pieces = [ANSWER[at : at + 12] for at in range(0, len(ANSWER), 12)]
    return wire.frames(request, pieces, None, None)


async def chat(request: Request) -> Response:
    asked = json.loads(await request.body())
    model, stream = asked["model"], bool(asked.get("stream"))
    sent = frames(model, stream)
    if not stream:
        if model == "steady":  # it takes as long to write, whoever watches
            await asyncio.sleep(STEADY_PIECES * STEADY_SECONDS)
        return Response(b"".join(sent), media_type="application/json")
    if model == "paced":
        return StreamingResponse(_paced(sent), media_type="text/event-stream")
    if model == "steady":
        return StreamingResponse(_steady(sent), media_type="text/event-stream")
    return Response(b"".join(sent), media_type="text/event-stream")


async def _paced(sent: list[bytes]) -> AsyncIterator[bytes]:
    waiting.append(sent)
    grew.set()
    await beginning.wait()
    for frame in sent:
        yield frame
        await asyncio.sleep(PACED_SECONDS)


async def _steady(sent: list[bytes]) -> AsyncIterator[bytes]:
    for frame in sent:
        yield frame
        await asyncio.sleep(STEADY_SECONDS)


async def models(_: Request) -> Response:
    return JSONResponse({"object": "list", "data": [{"id": "small"}, {"id": "paced"}]})


async def begin(request: Request) -> Response:
    """Once so many answers wait; later ones wait for the next time."""
    async with asyncio.timeout(60):
        while len(waiting) < int(request.query_params["answers"]):
            grew.clear()
            await grew.wait()
    waiting.clear()
    beginning.set()
    beginning.clear()
    return Response()


app = Starlette(
    routes=[
        Route("/v1/chat/completions", chat, methods=["POST"]),
        Route("/v1/models", models),
        Route("/begin", begin, methods=["POST"]),
    ]
)
