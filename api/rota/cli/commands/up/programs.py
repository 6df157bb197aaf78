"""The API and the workers of `rota up`, as its child processes. They are started before the
engines, and load meanwhile; once the engines are there, they are told the rest of the settings."""

import json
import os
import sys
from collections.abc import Callable
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
    commands = {"api": "serve"} | {f"worker-{n}": "worker" for n in range(1, workers + 1)}
    return [
        _program(name, command, settings, logs / f"{name}.log", partial(_warn_of, warn, name))
        for name, command in commands.items()
    ]


def _program(
    name: str, command: str, settings: Settings, log: Path, echo: Callable[[str], None]
) -> ChildProcess:
    return ChildProcess(
        name,
        # -P: no file of the folder we are in stands in for a module.
        (sys.executable, "-P", "-m", "rota.cli.child", command),
        log=EchoedLog(log, echo),
        # SIGTERM would have the API send its clients to another one.
        stop_signals=((SIGINT, STOP_TIMEOUT_SECONDS),),
        death_signal=SIGKILL,
        environment={
            **os.environ,
            "ROTA_DATA_DIR": str(settings.data_dir),
            "ROTA_HOST": settings.host,
            "ROTA_PORT": str(settings.port),
        },
        own_session=False,
    )


def rest_of_environment(settings: Settings) -> bytes:
    """What only the engines' start tells, and secrets: for standard input, which nobody lists."""
    return json.dumps(
        {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "ENCRYPTION_KEY": ",".join(settings.encryption_keys),
        }
    ).encode()


def _warn_of(warn: Callable[[str], None], name: str, line: str) -> None:
    warn(f"{name}: {line}")
