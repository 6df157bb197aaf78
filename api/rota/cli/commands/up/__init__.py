"""`rota up`: everything that Rota needs, started, watched and stopped together."""

import asyncio
import os
from pathlib import Path

import click

from rota.cli import options
from rota.cli.command_error import CommandError
from rota.cli.commands.up.run import Choices, run
from rota.cli.encryption_keys import check_keys
from rota.cli.settings import read_settings
from rota.cli.signals import run_until_signal
from rota.platform.output import never_wait_for_output


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
    if settings.database_url:
        settings.require_stores()
    check_keys(settings)
    os.umask(0o077)
    never_wait_for_output()
    choices = Choices(workers, not no_browser, not no_local_model, not no_sample)
    work = run(settings, choices)
    if asyncio.run(run_until_signal(work, lambda: click.echo("Stopping …"))):
        click.echo("Stopped.")
