"""The order in which `rota up` starts everything; it stops in the reverse one.

Loading is what takes longest, and so it is begun first: the API and the workers, which wait for
their settings, and what we need of the database ourselves. The engines start meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import click

from rota.cli.commands.up.browser import open_browser
from rota.cli.commands.up.programs import programs, rest_of_environment
from rota.cli.group import load
from rota.cli.stores import embedded, note_address
from rota.local import postgres as pg
from rota.local.embedded import start_engines
from rota.local.errors import LocalError
from rota.local.local_model import LocalModel, start_local_model
from rota.local.locks import lock_data_dir
from rota.local.port import require_free_port
from rota.local.readiness import until_ready
from rota.local.supervisor import beside, supervise
from rota.platform.settings import Settings
from rota.platform.storage.postgres_url import MAX_CONNECTIONS

LOADED_MEANWHILE = "rota.cli.commands.up.set_up", "rota.cli.commands.up.welcome"

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
        told: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        async with (
            _loading(settings, choices, told) as (running, loaded),
            _demo_model(settings, choices) as model,
            _stores(settings, choices.workers) as ready,
            _ended_first(running),
        ):
            await loaded
            await _serve(ready, choices, model, told)
            await asyncio.wait(running)


@asynccontextmanager
async def _loading(
    settings: Settings, choices: Choices, told: "asyncio.Future[bytes]"
) -> AsyncIterator[tuple[Sequence["asyncio.Task[None]"], "asyncio.Task[None]"]]:
    """The supervisions of the API and the workers, and what ends when we have loaded our part."""
    async with asyncio.TaskGroup() as group:
        running = [
            group.create_task(supervise(program.name, partial(program.running, told), _warn))
            for program in programs(settings, choices.workers, _warn)
        ]
        yield running, group.create_task(asyncio.to_thread(_load))


def _load() -> None:
    for name in LOADED_MEANWHILE:
        load(name)


@asynccontextmanager
async def _ended_first(running: Sequence["asyncio.Task[None]"]) -> AsyncIterator[None]:
    """However the body ends: before what was started after them."""
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.wait(running)


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


async def _serve(
    settings: Settings, choices: Choices, model: Model, told: "asyncio.Future[bytes]"
) -> None:
    from rota.cli.commands.up.set_up import lay_out, make_fit
    from rota.cli.commands.up.welcome import welcome

    keyed, lost_keys = await make_fit(settings)
    if lost_keys:
        _warn(lost_keys)
    click.echo("Starting the API and the worker …")
    told.set_result(rest_of_environment(keyed))
    link, assignment_id = await lay_out(keyed, await model, sample=choices.sample)
    await until_ready(keyed)
    click.echo(welcome(keyed, link, assignment_id))
    if choices.browser:
        await asyncio.to_thread(open_browser, keyed.data_dir, link)


def _warn(line: str) -> None:
    click.echo(line, err=True)
