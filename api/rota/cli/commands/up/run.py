"""The order in which `rota up` starts everything; it stops in the reverse one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import click

from rota.cli.commands.up.browser import open_browser
from rota.cli.commands.up.programs import programs
from rota.cli.commands.up.sample import follow_model, lay_sample, sample_assignment
from rota.cli.commands.up.welcome import welcome
from rota.cli.encryption_keys import lost_keys, own_keys, require_key
from rota.cli.sign_in import sign_in_link, user_name
from rota.cli.stores import embedded, note_address
from rota.local import postgres as pg
from rota.local.embedded import start_engines
from rota.local.errors import LocalError
from rota.local.local_model import LocalModel, start_local_model
from rota.local.locks import lock_data_dir
from rota.local.port import require_free_port
from rota.local.readiness import until_ready
from rota.local.supervisor import beside, supervise
from rota.migrations.runner import applied_versions, known_versions, migrate
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.resources import open_resources
from rota.platform.settings import Settings
from rota.platform.storage.database import MAX_CONNECTIONS
from rota.platform.unit_of_work import unit_of_work
from rota.wiring import RULES

Model = asyncio.Future[LocalModel | None]


@dataclass(frozen=True)
class Choices:
    workers: int
    browser: bool
    local_model: bool
    sample: bool


async def run(settings: Settings, choices: Choices) -> None:
    """Until it is cancelled."""
    with lock_data_dir(settings.data_dir):
        require_free_port(settings)
        note_address(settings)
        async with (
            _demo_model(settings, choices) as model,
            _stores(settings, choices.workers) as ready,
        ):
            # Nothing is asked of a pooler that it cannot do, where there is nothing to do.
            if await applied_versions(ready.database_url or "") != known_versions():
                await migrate(ready.database_url or "")
            keyed = await own_keys(ready)
            if lost := await require_key(keyed):
                _warn(lost_keys(lost))
            await _serve(keyed, choices, model)


@asynccontextmanager
async def _demo_model(settings: Settings, choices: Choices) -> AsyncIterator[Model]:
    """Starts beside all the rest, which does without it if it must."""
    model: Model = asyncio.get_running_loop().create_future()
    async with beside(_supervise_model(settings, choices, model)):
        yield model


async def _supervise_model(settings: Settings, choices: Choices, model: Model) -> None:
    start = partial(start_local_model, settings.data_dir, click.echo)
    try:
        if choices.local_model:
            await supervise("The demo model", start, _warn, model)
    except LocalError as error:
        _warn(f"{error} Rota goes on without it.")
    if not model.done():
        model.set_result(None)


@asynccontextmanager
async def _stores(settings: Settings, workers: int) -> AsyncIterator[Settings]:
    """Those that are named, or else the embedded ones, with connections for the API, the workers
    and some commands."""
    if settings.database_url:
        yield settings
        return
    connections = max(pg.MIN_CONNECTIONS, MAX_CONNECTIONS * (workers + 3))
    async with start_engines(settings.data_dir, click.echo, _warn, connections) as engines:
        yield embedded(settings, engines)


async def _serve(settings: Settings, choices: Choices, model: Model) -> None:
    async with asyncio.TaskGroup() as group:
        for program in programs(settings, choices.workers, _warn):
            group.create_task(supervise(program.name, program.running, _warn))
        click.echo("Starting the API and the worker …")
        link, assignment_id = await _set_up(settings, choices, await model)
        await until_ready(settings)
        click.echo(welcome(settings, link, assignment_id))
        if choices.browser:
            await asyncio.to_thread(open_browser, settings.data_dir, link)


async def _set_up(
    settings: Settings, choices: Choices, model: LocalModel | None
) -> tuple[str, str | None]:
    """The sign-in link, and the id of the sample's assignment."""
    async with open_resources(settings, nouns=[]) as resources:
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            if model:
                await follow_model(work, model, settings.data_dir)
            if choices.sample:
                await lay_sample(work, model, settings.data_dir)
            link = await sign_in_link(work, user_name(), Role.OWNER)
        assignment = await sample_assignment()
        return link, str(assignment.id) if assignment else None


def _warn(line: str) -> None:
    click.echo(line, err=True)
