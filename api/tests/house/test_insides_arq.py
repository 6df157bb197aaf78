"""What Rota uses of arq beyond what it promises (rota/platform/messaging/queue.py)."""

import asyncio
import inspect
from functools import partial
from typing import Any

from arq import ArqRedis, Worker, constants

from rota.platform.messaging.queue import JOB_KEYS, NAME, JobWorker
from rota.platform.resources import Resources
from tests.house.relied import relied as relied_on

relied = partial(relied_on, "arq", where="rota/platform/messaging/queue.py", page="0035")


async def test_a_worker_looks_once_and_starts_what_it_finds(resources: Resources) -> None:
    done = asyncio.Event()

    async def do(**_: Any) -> None:
        done.set()

    with relied("`_poll_iteration` starts the jobs that wait, in `tasks`, and waits for none"):
        worker = JobWorker(resources.redis, {"thing.do": do}, {})
        assert worker.tasks == {}
        await resources.redis.enqueue_job("thing.do")
        await worker._poll_iteration()
        assert [type(task) for task in worker.tasks.values()] == [asyncio.Task]
        async with asyncio.timeout(10):
            await done.wait()
            await asyncio.gather(*worker.tasks.values())
        await worker._poll_iteration()
        assert worker.tasks == {}


def test_the_loop_that_is_replaced_is_main() -> None:
    with relied("`main` is the whole of a worker's work, and `pool` its Redis"):
        assert inspect.iscoroutinefunction(Worker.main)
        assert isinstance(Worker.pool, property)
        assert "_poll_iteration" in inspect.getsource(Worker.main)


async def test_a_job_that_waits_is_a_key_and_a_place_in_the_queue(resources: Resources) -> None:
    with relied("the name of the queue is a sorted set of ids, and arguments go by our JSON"):
        assert isinstance(resources.redis, ArqRedis)
        await resources.redis.enqueue_job("thing.do", way="ä")
        [job] = await resources.redis.zrange(NAME, 0, -1)
        text = await resources.redis.get(b"arq:job:" + job)
        assert '"way":"ä"'.encode() in text


def test_what_is_read_of_a_job_is_read_by_two_methods() -> None:
    with relied("`start_jobs` is given ids as bytes, and `run_job` reads what is kept of one"):
        assert list(inspect.signature(Worker.start_jobs).parameters) == ["self", "job_ids"]
        assert list(inspect.signature(Worker.run_job).parameters) == ["self", "job_id", "score"]
        names = (constants.job_key_prefix, constants.retry_key_prefix)
        assert (*names, constants.in_progress_key_prefix) == tuple(map(bytes.decode, JOB_KEYS))
