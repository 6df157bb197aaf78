"""The job process: arq's handlers and, beside them, the claim loop of runs."""

import asyncio
import logging
import os
import socket

from redis.exceptions import RedisError

from rota.assignments.registry import AgentRegistry
from rota.assignments.worker import AssignmentJobs
from rota.platform.gc import settle
from rota.platform.leases import LeaseLoop
from rota.platform.messaging.presence import keep_presence
from rota.platform.messaging.queue import JobWorker
from rota.platform.resources import Resources, open_resources
from rota.platform.settings import Settings
from rota.platform.storage.database import is_unavailable
from rota.providers.worker import ProviderJobs
from rota.runs.dispatcher import Dispatcher
from rota.runs.service import latest_used_assignments
from rota.wiring import RULES, RUN_SOURCES

log = logging.getLogger(__name__)
BACK_OFF_SECONDS = (0.1, 0.2, 0.5, 1.0)


async def run_worker(settings: Settings) -> None:
    """Until it is cancelled; then it winds down within some six seconds."""
    async with open_resources(settings, nouns=["run", "assignment"]) as resources:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        registry = AgentRegistry(resources, worker)
        assignments = AssignmentJobs(resources, registry)
        async with keep_presence(
            resources.redis, resources.bus, worker, registry.snapshot, registry.changed
        ):
            beside = [
                asyncio.create_task(_work_on_jobs(resources, assignments)),
                asyncio.create_task(assignments.release()),
                asyncio.create_task(_warm_up(registry)),
            ]
            settle()
            try:
                dispatcher = Dispatcher(resources, RULES, RUN_SOURCES, registry, worker)
                await LeaseLoop(resources.bus, dispatcher).run()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.wait(beside)


async def _warm_up(registry: AgentRegistry) -> None:
    try:
        await registry.warm_up(await latest_used_assignments(registry.capacity))
    except Exception as error:
        if not is_unavailable(error):
            raise
        log.warning("The database is away; instances are made at their first use.")


async def _work_on_jobs(resources: Resources, assignments: AssignmentJobs) -> None:
    """arq ends when Redis goes; it is started again until Redis is back. Runs go on
    meanwhile: they need PostgreSQL alone."""
    providers = ProviderJobs(resources, RULES)
    handlers = providers.handlers | assignments.handlers
    failures = 0
    while True:
        worker = JobWorker(resources.redis, handlers, providers.sweeps)
        try:
            await worker.main()
        except (RedisError, OSError) as error:
            if failures == 0:
                log.warning("Redis is away (%s); jobs wait.", type(error).__name__)
            await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])
            failures += 1
