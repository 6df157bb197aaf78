"""`rota worker`: one worker process on the database and Redis that the environment names."""

import click
import uvloop

from rota.cli.encryption_keys import check_keys
from rota.cli.opening import require_fit
from rota.cli.settings import read_settings
from rota.cli.signals import run_until_signal
from rota.platform.ending import end_in_time
from rota.platform.logs import set_up_logs
from rota.platform.output import never_wait_for_output
from rota.platform.settings import Settings
from rota.worker import run_worker


@click.command("worker")
def command() -> None:
    """Run one worker process on DATABASE_URL and REDIS_URL."""
    settings = read_settings()
    settings.require_stores()
    check_keys(settings)
    never_wait_for_output()
    set_up_logs(settings.log_level, settings.log_format)
    uvloop.run(run_until_signal(_work(settings), end_in_time))


async def _work(settings: Settings) -> None:
    await require_fit(settings)
    await run_worker(settings)
