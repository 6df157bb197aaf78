"""Runs in a worker: the dispatcher, and instances for those that will likely come first."""

import logging

from rota.assignments.worker import agent_registry
from rota.platform.kernel.errors import Unavailable
from rota.platform.leases import LeaseLoop
from rota.platform.worker import WorkerProcess, WorkerSlice
from rota.runs.dispatcher import Dispatcher
from rota.runs.service import latest_used_assignments

log = logging.getLogger(__name__)


async def dispatch(process: WorkerProcess) -> None:
    """Until it is cancelled; then it drains within some six seconds."""
    resources, rules = process.resources, process.rules
    registry = process.once(agent_registry)
    dispatcher = Dispatcher(resources, rules, rules.sources["run"], registry, process.name)
    await LeaseLoop(resources.bus, dispatcher).run()


async def warm_up(process: WorkerProcess) -> None:
    registry = process.once(agent_registry)
    try:
        await registry.warm_up(await latest_used_assignments(registry.capacity))
    except Unavailable:
        log.warning("The database is away; instances are made at their first use.")
    except Exception:
        log.exception("Instances are made at their first use.")


SLICE = WorkerSlice(loops=[warm_up, dispatch], nouns=["run"])
