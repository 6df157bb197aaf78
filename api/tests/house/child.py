"""The planted slice at work, in a process of its own: says as JSON what came of it."""

import asyncio
import json
import sys
from importlib import import_module
from pathlib import Path

from redis.asyncio import Redis

from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.errors import DomainError
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources, open_resources
from rota.platform.settings import Settings, load_settings
from rota.platform.unit_of_work import unit_of_work
from rota.tasks.events import TaskDeleting
from rota.wiring import RULES
from rota.worker import run_worker
from tests.conftest import context_for, execute
from tests.house.registered import unregistered


async def main(pyproject: Path) -> None:
    settings = load_settings()
    async with open_resources(settings, nouns=[]) as resources:
        answer = await execute("{ planted }", {}, context_for(resources, SYSTEM))
        refused = await _refused(resources)
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            work.enqueue(import_module("rota.planted.jobs").Grow(height=3))
    forgotten = unregistered(pyproject)
    told = {
        "answer": answer.data,
        "refused": refused,
        "handled": None if forgotten else await _handled(settings),
        "unregistered": forgotten,
    }
    sys.stdout.write(json.dumps(told))


async def _refused(resources: Resources) -> bool:
    try:
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            await work.emit(TaskDeleting(id=new_id()))
    except DomainError as error:
        return "planted" in error.message
    return False


async def _handled(settings: Settings) -> str:
    """What the job's handler put down, once a worker has come to it."""
    redis = Redis.from_url(settings.redis_url or "")
    worker = asyncio.create_task(run_worker(settings))
    _, height = await redis.blpop(["planted"], timeout=30)
    worker.cancel()
    await asyncio.wait([worker])
    await redis.aclose()
    return str(height.decode())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
