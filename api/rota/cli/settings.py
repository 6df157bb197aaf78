"""The settings of a command: the environment, and before it the options."""

import os
from dataclasses import replace
from pathlib import Path

from rota.platform.settings import Settings, load_settings


def read_settings(
    data_dir: Path | None = None, host: str | None = None, port: int | None = None
) -> Settings:
    """An option goes before its variable."""
    options = {"ROTA_DATA_DIR": data_dir, "ROTA_HOST": host, "ROTA_PORT": port}
    given = {name: str(value) for name, value in options.items() if value is not None}
    settings = load_settings({**os.environ, **given})
    return replace(settings, data_dir=settings.data_dir.expanduser().absolute())
