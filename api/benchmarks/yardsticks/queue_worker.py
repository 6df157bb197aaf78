"""A durable run made by hand, its worker process: arq, pydantic-ai and Redis's pub/sub."""

import asyncio
from collections.abc import AsyncIterable
from typing import Any

import orjson
import uvloop
from arq import Worker, func
from pydantic_ai import RunContext
from pydantic_ai.messages import (
    AgentStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
)

from benchmarks.yardsticks.classification import agent, model
from benchmarks.yardsticks.queue import (
    JOB,
    QUEUE,
    REDIS,
    STARTED,
    SUCCEEDED,
    channel,
    open_pool,
)

POLL_SECONDS = 0.01


async def answer(
    context: dict[str, Any], run: str, message: str, name: str, is_streamed: bool
) -> None:
    pool, redis = context["pool"], context["redis"]
    await pool.execute(STARTED, run)

    async def tell(_: RunContext[None], events: AsyncIterable[AgentStreamEvent]) -> None:
        async for event in events:
            if text := _text(event):
                await redis.publish(channel(run), orjson.dumps({"text": text}))

    result = await agent.run(
        message, model=model(name), event_stream_handler=tell if is_streamed else None
    )
    output = result.output.model_dump()
    await pool.execute(SUCCEEDED, run, orjson.dumps(output).decode())
    await redis.publish(channel(run), orjson.dumps({"output": output}))


def _text(event: AgentStreamEvent) -> str:
    match event:
        case PartStartEvent(part=TextPart(content=text)):
            return text
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return text
    return ""


async def main() -> None:
    async with open_pool() as pool:
        worker = Worker(
            [func(answer, name=JOB, keep_result=0)],
            redis_settings=REDIS,
            queue_name=QUEUE,
            poll_delay=POLL_SECONDS,
            max_jobs=50,
            log_results=False,
            ctx={"pool": pool},
        )
        await worker.async_run()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
