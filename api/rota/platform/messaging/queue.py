"""Jobs for later, over arq: JSON payloads, and a doorbell in place of a poll's delay. The one place
that knows arq, and uses more of it than it promises (docs/decisions/0035)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

import orjson
from arq import ArqRedis, Worker, cron, func
from arq.typing import WorkerCoroutine
from arq.worker import Function
from redis.exceptions import RedisError, ResponseError

from rota.platform.kernel.errors import Unavailable
from rota.platform.kernel.jobs import Job
from rota.platform.messaging.connections import open_pool
from rota.platform.messaging.health import asking_redis

log = logging.getLogger(__name__)
Handler = Callable[..., Awaitable[None]]
NAME = "rota:jobs"
ASIDE = "rota:jobs:set-aside"
DOORBELL = "rota:doorbell"
JOB_KEYS = (b"arq:job:", b"arq:retry:", b"arq:in-progress:")
# What Redis says of a key that holds something else than we would have written.
FOREIGN = ("WRONGTYPE", "not an integer")
JOB_SECONDS = 30
PATIENCE_SECONDS = 1.0
LOOK_SECONDS = 1.0
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0)
MAX_CONNECTIONS = 1000
SWEEP_SECONDS = set(range(0, 60, 5))


def open_redis(url: str) -> ArqRedis:
    """Raises UrlError."""
    return ArqRedis(
        open_pool(url, MAX_CONNECTIONS),
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        default_queue_name=NAME,
    )


class Queue:
    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Raises RedisAway."""
        for job in jobs:
            async with asking_redis(PATIENCE_SECONDS):
                await self._redis.enqueue_job(job.name, **job.payload())
        async with asking_redis(PATIENCE_SECONDS):
            await self._redis.publish(DOORBELL, b"")


async def work_on_jobs(
    redis: ArqRedis, handlers: Mapping[str, Handler], sweeps: Mapping[str, Handler]
) -> None:
    """Until it is cancelled. `sweeps` are called every five seconds, by one process of all. arq's
    worker ends where Redis goes; another one begins until Redis is back."""
    failures = 0
    while True:
        worker = JobWorker(redis, handlers, sweeps)
        try:
            await worker.main()
        except (RedisError, OSError) as error:
            if worker.has_looked:
                failures = 0
            if failures == 0:
                log.warning("Redis is away, or refuses (%s); jobs wait.", type(error).__name__)
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])
            failures += 1


class JobWorker(Worker):
    """arq's worker, woken by the doorbell; it polls each second should a ring be missed."""

    def __init__(
        self, redis: ArqRedis, handlers: Mapping[str, Handler], sweeps: Mapping[str, Handler]
    ) -> None:
        self.has_looked = False
        super().__init__(
            [_function(name, handler) for name, handler in handlers.items()],
            redis_pool=redis,
            queue_name=NAME,
            cron_jobs=[
                cron(_guarded(name, sweep), name=name, second=SWEEP_SECONDS)
                for name, sweep in sweeps.items()
            ],
            handle_signals=False,
            job_timeout=JOB_SECONDS,
            keep_result=0,
            max_jobs=20,
            job_serializer=orjson.dumps,
            job_deserializer=orjson.loads,
            log_results=False,
        )

    async def main(self) -> None:
        await self._set_foreign_queue_aside()
        try:
            async with self.pool.pubsub(ignore_subscribe_messages=True) as bell:
                await bell.subscribe(DOORBELL)
                while True:
                    await self._look()
                    self.has_looked = True
                    await bell.get_message(ignore_subscribe_messages=True, timeout=LOOK_SECONDS)
        finally:
            jobs = list(self.tasks.values())
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        for job_id in job_ids:
            if not _is_text(job_id):
                await self._leave_out(job_id)
        await super().start_jobs(list(filter(_is_text, job_ids)))

    async def run_job(self, job_id: str, score: int) -> None:
        try:
            await super().run_job(job_id, score)
        except ResponseError as error:
            if not any(words in str(error) for words in FOREIGN):
                raise
            await self._leave_out(job_id.encode())

    async def _set_foreign_queue_aside(self) -> None:
        kind = await self.pool.type(NAME)
        if kind not in (b"zset", b"none"):
            await self.pool.rename(NAME, ASIDE)
            log.error(
                "In Redis %s was no queue but a %s. It is %s now; checks that waited are asked for "
                "again within minutes.",
                *(NAME, kind.decode(), ASIDE),
            )

    async def _leave_out(self, job_id: bytes) -> None:
        """A job of which something in Redis is not as this version writes it."""
        log.error("A job in the queue cannot be read. It is left out.")
        async with self.pool.pipeline(transaction=True) as pipeline:
            pipeline.delete(*(prefix + job_id for prefix in JOB_KEYS))
            pipeline.zrem(NAME, job_id)
            await pipeline.execute()

    async def _look(self) -> None:
        """To its end, also where the worker is told to end meanwhile: a pipeline that is cut off as
        it gives back its connection never does."""
        looking = asyncio.create_task(self._poll_iteration())
        try:
            await asyncio.shield(looking)
        finally:
            await asyncio.wait([looking], timeout=PATIENCE_SECONDS)
            looking.cancel()


def _function(name: str, handler: Handler) -> Function:
    return func(_guarded(name, handler), name=name)


def _guarded(name: str, handler: Handler) -> WorkerCoroutine:
    """arq takes none of a job's trouble any further than our log."""

    async def call(_: dict[Any, Any], **payload: Any) -> None:
        try:
            await handler(**payload)
        except asyncio.CancelledError:
            raise
        except Unavailable:
            log.warning("The job %s found the database away.", name)
        except Exception:
            log.exception("The job %s failed.", name)

    return cast("WorkerCoroutine", call)


def _is_text(job_id: bytes) -> bool:
    try:
        job_id.decode()
    except UnicodeDecodeError:
        return False
    return True
