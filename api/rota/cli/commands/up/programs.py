"""The API and the workers of `rota up`, as its child processes."""

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from signal import SIGINT, SIGKILL

from rota.local.folders import private_folder
from rota.local.log_file import EchoedLog
from rota.local.process import ChildProcess
from rota.platform.settings import Settings

STOP_TIMEOUT_SECONDS = 8.0


def programs(settings: Settings, workers: int, warn: Callable[[str], None]) -> list[ChildProcess]:
    """What each of them says of warnings and errors goes to `warn`, after its name."""
    logs = private_folder(settings.data_dir / "logs")
    environment = _environment(settings)
    commands = {"api": "serve"} | {f"worker-{n}": "worker" for n in range(1, workers + 1)}
    return [
        _program(name, command, environment, logs / f"{name}.log", partial(_warn_of, warn, name))
        for name, command in commands.items()
    ]


def _program(
    name: str,
    command: str,
    environment: Mapping[str, str],
    log: Path,
    echo: Callable[[str], None],
) -> ChildProcess:
    return ChildProcess(
        name,
        # -P: no file of the folder we are in stands in for a module.
        (sys.executable, "-P", "-m", "rota.cli", command),
        log=EchoedLog(log, echo),
        # SIGTERM would have the API send its clients to another one.
        stop_signals=((SIGINT, STOP_TIMEOUT_SECONDS),),
        death_signal=SIGKILL,
        environment=environment,
        own_session=False,
    )


def _environment(settings: Settings) -> Mapping[str, str]:
    """Secrets go this way, because every user can list what a process was started with."""
    return {
        **os.environ,
        "ROTA_DATA_DIR": str(settings.data_dir),
        "ROTA_HOST": settings.host,
        "ROTA_PORT": str(settings.port),
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "",
        "ENCRYPTION_KEY": ",".join(settings.encryption_keys),
    }


def _warn_of(warn: Callable[[str], None], name: str, line: str) -> None:
    warn(f"{name}: {line}")
