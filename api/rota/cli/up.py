"""`rota up`: everything that Rota needs, started, watched and stopped together."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from rota.cli import options
from rota.cli.environment import environment_for, read_settings
from rota.cli.errors import CommandError
from rota.cli.keep import keep, keeping, until_one_ends
from rota.cli.key_file import make_keys
from rota.cli.keys import lost_keys
from rota.cli.log_file import LogFile
from rota.cli.open import sign_in_link, user_name
from rota.cli.port import require_free_port
from rota.cli.process import Rota
from rota.cli.ready import until_ready
from rota.cli.sample import follow_model, lay_sample, sample_assignment
from rota.cli.signals import until_told
from rota.cli.stores import check_keys, embedded, note_address
from rota.cli.welcome import open_browser, welcome
from rota.local.embedded import Engines, start_engines
from rota.local.errors import EngineError
from rota.local.folders import private_folder
from rota.local.local_model import LocalModel, start_local_model
from rota.local.locks import lock_data_dir
from rota.migrations.runner import migrate
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.resources import open_resources
from rota.platform.settings import Settings
from rota.platform.unit_of_work import unit_of_work
from rota.providers.keys import unopened_keys
from rota.wiring import RULES


@dataclass(frozen=True)
class Wishes:
    workers: int
    browser: bool
    local_model: bool
    sample: bool


@click.command("up")
@options.data_dir
@click.option("--host", help="The address to listen on; 127.0.0.1 unless ROTA_HOST says else.")
@click.option("--port", type=click.IntRange(1, 65535), help="8000 unless ROTA_PORT says else.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--no-browser", is_flag=True, help="Print the sign-in link only.")
@click.option("--no-local-model", is_flag=True, help="Start no demo model.")
@click.option("--no-sample", is_flag=True, help="Lay down no sample agent and task.")
def command(
    *,
    data_dir: Path | None,
    host: str | None,
    port: int | None,
    workers: int,
    no_browser: bool,
    no_local_model: bool,
    no_sample: bool,
) -> None:
    """Run everything on this machine, and print a link that signs you in.

    Without DATABASE_URL and REDIS_URL it brings its own PostgreSQL and Valkey, which listen on
    no port and keep their data in the data directory.
    """
    settings = read_settings(data_dir, host, port)
    if bool(settings.database_url) != bool(settings.redis_url):
        missing = "REDIS_URL" if settings.database_url else "DATABASE_URL"
        raise CommandError(
            f"{missing} is not set, while its companion is. Set both to use your own PostgreSQL "
            "and Redis, or neither, and Rota brings them."
        )
    check_keys(settings)
    os.umask(0o077)
    wishes = Wishes(workers, not no_browser, not no_local_model, not no_sample)
    if asyncio.run(until_told(_run(settings, wishes), lambda: click.echo("Stopping …"))):
        click.echo("Stopped.")


async def _run(settings: Settings, wishes: Wishes) -> None:
    with lock_data_dir(settings.data_dir):
        require_free_port(settings)
        note_address(settings)
        async with _demo_model(settings, wishes) as model, _stores(settings) as ready:
            await migrate(ready.database_url or "")
            await _serve(ready, wishes, model)


@asynccontextmanager
async def _stores(settings: Settings) -> AsyncIterator[Settings]:
    if settings.database_url:
        yield settings
        return

    def until_end(engines: Engines) -> Awaitable[str]:
        return until_one_ends(engines.postgres_pid, engines.valkey_pid)

    start = partial(start_engines, settings.data_dir, click.echo)
    async with keeping("PostgreSQL or Valkey", start, until_end, _warn) as engines:
        settings = embedded(settings, await engines)
        if not settings.encryption_keys:
            settings = replace(settings, encryption_keys=make_keys(settings.data_dir))
        yield settings


@asynccontextmanager
async def _demo_model(
    settings: Settings, wishes: Wishes
) -> AsyncIterator["asyncio.Future[LocalModel | None]"]:
    """Starts beside all the rest, which does without it if it must."""

    @asynccontextmanager
    async def start() -> AsyncIterator[LocalModel | None]:
        async with AsyncExitStack() as stack:
            model = None
            try:
                if wishes.local_model:
                    starting = start_local_model(settings.data_dir, click.echo)
                    model = await stack.enter_async_context(starting)
            except EngineError as error:
                _warn(f"{error} Rota goes on without it.")
            yield model

    def until_end(model: LocalModel | None) -> Awaitable[str]:
        return until_one_ends(model.pid) if model else asyncio.Future()

    async with keeping("The demo model", start, until_end, _warn) as model:
        yield model


async def _serve(
    settings: Settings, wishes: Wishes, model: "asyncio.Future[LocalModel | None]"
) -> None:
    logs = private_folder(settings.data_dir / "logs")
    environment = environment_for(settings)
    lifeline, _ = os.pipe()
    names = {"api": "serve"} | {f"worker-{n}": "worker" for n in range(1, wishes.workers + 1)}
    async with asyncio.TaskGroup() as group:
        for name, what in names.items():
            log = LogFile(logs / f"{name}.log", partial(_warn_of, name))
            rota = Rota(what, environment, log, lifeline)
            group.create_task(keep(name, rota.start, rota.until_end, _warn))
        click.echo("Starting the API and the worker …")
        link, assignment_id = await _settle_in(settings, wishes, await model)
        await until_ready(settings)
        click.echo(welcome(settings, link, assignment_id))
        if wishes.browser:
            await asyncio.to_thread(open_browser, settings.data_dir, link)


async def _settle_in(
    settings: Settings, wishes: Wishes, model: LocalModel | None
) -> tuple[str, str | None]:
    """The sign-in link, and the sample's assignment."""
    async with open_resources(settings, nouns=[]) as resources:
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            if model:
                await follow_model(work, model, settings.data_dir)
            if wishes.sample:
                await lay_sample(work, model, settings.data_dir)
            link = await sign_in_link(work, user_name(), Role.OWNER)
        if lost := await unopened_keys(resources.cipher, settings):
            _warn(lost_keys(lost))
        assignment = await sample_assignment()
        return link, str(assignment.id) if assignment else None


def _warn(line: str) -> None:
    click.echo(line, err=True)


def _warn_of(name: str, line: str) -> None:
    _warn(f"{name}: {line}")
