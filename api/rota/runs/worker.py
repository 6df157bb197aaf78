"""Runs in a worker: the dispatcher, and instances for those that will likely come first."""

import logging

from rota.assignments.worker import agent_registry
from rota.platform.kernel.errors import Unavailable
from rota.platform.worker import WorkerProcess, WorkerSlice
from rota.runs.dispatcher import RunLoop
from rota.runs.service import latest_used_assignments

log = logging.getLogger(__name__)


async def dispatch(process: WorkerProcess) -> None:
    """Until it is cancelled; then it winds down within some six seconds."""
    await RunLoop(process.resources, process.once(agent_registry), process.name).run()


async def warm_up(process: WorkerProcess) -> None:
    registry = process.once(agent_registry)
    try:
        await registry.warm_up(await latest_used_assignments(registry.capacity))
    except Unavailable:
        log.warning("The database is away; instances are made at their first use.")
    except Exception:
        log.exception("Instances are made at their first use.")


SLICE = WorkerSlice(loops=[warm_up, dispatch], nouns=["run"])
