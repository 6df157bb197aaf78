"""A durable run made by hand, its web process: a row, a job for arq, and Redis's pub/sub to whoever
waits, for the output or for each piece of it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import orjson
from arq import create_pool
from fastapi import FastAPI
from fastapi.responses import Response, StreamingResponse

from benchmarks.yardsticks.classification import Message
from benchmarks.yardsticks.queue import JOB, QUEUE, QUEUED, REDIS, TABLE, channel, open_pool


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        app.state.pool = await stack.enter_async_context(open_pool())
        await app.state.pool.execute(TABLE)
        app.state.redis = await create_pool(REDIS, default_queue_name=QUEUE)
        stack.push_async_callback(app.state.redis.aclose)
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/runs")
async def run(message: Message) -> Response:
    """Waits for the output."""
    async for told in _told(message, is_streamed=False):
        last = told
    return Response(orjson.dumps(orjson.loads(last)["output"]), media_type="application/json")


@app.post("/streams")
async def stream(message: Message) -> StreamingResponse:
    """Each piece as it comes, then the output, as server-sent events."""
    events = (b"data: " + told + b"\n\n" async for told in _told(message, is_streamed=True))
    return StreamingResponse(events, media_type="text/event-stream")


async def _told(message: Message, *, is_streamed: bool) -> AsyncIterator[bytes]:
    """Listens before it asks, so that nothing is missed; ends with the run."""
    run = str(uuid4())
    redis = app.state.redis
    async with redis.pubsub(ignore_subscribe_messages=True) as listening:
        await listening.subscribe(channel(run))
        await app.state.pool.execute(QUEUED, run, message.model_dump_json())
        await redis.enqueue_job(JOB, run, message.message, message.model, is_streamed)
        async for heard in listening.listen():
            yield heard["data"]
            if heard["data"].startswith(b'{"output":'):
                return
