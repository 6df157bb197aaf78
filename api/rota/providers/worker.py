"""Jobs about providers."""

from rota.platform.worker import WorkerProcess, WorkerSlice
from rota.providers import checks
from rota.providers.jobs import ValidateProvider


async def validate(process: WorkerProcess, provider_id: str) -> None:
    await checks.check_provider(process.resources, process.rules, provider_id)


async def sweep(process: WorkerProcess) -> None:
    await checks.recheck_unsettled(process.resources, process.rules)


SLICE = WorkerSlice(
    handlers={ValidateProvider: validate},
    sweeps={"provider.sweep": sweep},
)
