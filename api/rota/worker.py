"""The job process: folds what the slices bring into one queue of jobs and the loops beside it."""

import os
import socket
from collections.abc import Sequence
from functools import partial

from rota.platform.gc import freeze
from rota.platform.messaging.queue import work_on_jobs
from rota.platform.resources import open_resources
from rota.platform.settings import Settings
from rota.platform.worker import WorkerProcess, WorkerSlice, run_loops
from rota.slices import collect
from rota.wiring import RULES

SLICES = collect("worker", WorkerSlice)


async def run_worker(settings: Settings) -> None:
    """Until it is cancelled; then it drains within some six seconds."""
    nouns = [noun for one in SLICES for noun in one.nouns]
    async with open_resources(settings, nouns) as resources:
        process = WorkerProcess(f"{socket.gethostname()}:{os.getpid()}", resources, RULES)
        loops = [loop(process) for one in SLICES for loop in one.loops]
        freeze()
        await run_loops([do_jobs(process, SLICES), *loops])


async def do_jobs(process: WorkerProcess, slices: Sequence[WorkerSlice]) -> None:
    handlers = {
        job.name: partial(handler, process)
        for one in slices
        for job, handler in one.handlers.items()
    }
    sweeps = {name: partial(sweep, process) for one in slices for name, sweep in one.sweeps.items()}
    await work_on_jobs(process.resources.redis, handlers, sweeps)
