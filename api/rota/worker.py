"""The job process: folds what the slices bring into one queue of jobs and the loops beside it."""

import asyncio
import logging
import os
import socket
from collections.abc import Sequence
from functools import partial

from redis.exceptions import RedisError

from rota.platform.gc import freeze
from rota.platform.messaging.queue import JobWorker
from rota.platform.resources import open_resources
from rota.platform.settings import Settings
from rota.platform.worker import WorkerProcess, WorkerSlice, run_loops
from rota.slices import collect
from rota.wiring import RULES

log = logging.getLogger(__name__)
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0)


async def run_worker(settings: Settings) -> None:
    """Until it is cancelled; then it drains within some six seconds."""
    slices = collect("worker", WorkerSlice)
    nouns = [noun for one in slices for noun in one.nouns]
    async with open_resources(settings, nouns) as resources:
        process = WorkerProcess(f"{socket.gethostname()}:{os.getpid()}", resources, RULES)
        loops = [loop(process) for one in slices for loop in one.loops]
        freeze()
        await run_loops([work_on_jobs(process, slices), *loops])


async def work_on_jobs(process: WorkerProcess, slices: Sequence[WorkerSlice]) -> None:
    """arq ends when Redis goes; it is started again until Redis is back. Runs go on
    meanwhile: they need PostgreSQL alone."""
    handlers = {
        job.name: partial(handler, process)
        for one in slices
        for job, handler in one.handlers.items()
    }
    sweeps = {name: partial(sweep, process) for one in slices for name, sweep in one.sweeps.items()}
    failures = 0
    while True:
        worker = JobWorker(process.resources.redis, handlers, sweeps)
        try:
            await worker.main()
        except (RedisError, OSError) as error:
            if failures == 0:
                log.warning("Redis is away (%s); jobs wait.", type(error).__name__)
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])
            failures += 1
