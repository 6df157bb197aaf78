"""`rota serve`: one API process on the database and Redis that the environment names."""

import asyncio
import signal
import sys
from types import FrameType

import click

from rota.app import create_app
from rota.cli.encryption_keys import check_keys
from rota.cli.opening import require_fit
from rota.cli.settings import read_settings
from rota.http.draining import Draining
from rota.http.server import Server, server_config
from rota.local.port import require_free_port
from rota.migrations.runner import head
from rota.platform.logs import set_up_logs
from rota.platform.output import never_wait_for_output


@click.command("serve")
def command() -> None:
    """Run one API process on DATABASE_URL and REDIS_URL, at ROTA_HOST and ROTA_PORT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    settings = read_settings()
    settings.require_stores()
    check_keys(settings)
    never_wait_for_output()
    set_up_logs(settings.log_level, settings.log_format)
    require_free_port(settings)
    asyncio.run(require_fit(settings))
    draining = Draining()
    Server(server_config(create_app(settings, head(), draining), settings), draining).run()


def _end(_: int, __: FrameType | None) -> None:
    """Before uvicorn takes the signals over, and once more when it has shut down."""
    sys.exit(0)
