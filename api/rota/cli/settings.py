"""The settings of a command: the environment, and before it the options."""

import os
from dataclasses import replace
from pathlib import Path

from rota.platform.settings import Settings, SettingsError, load_settings


def read_settings(
    data_dir: Path | None = None, host: str | None = None, port: int | None = None
) -> Settings:
    """An option goes before its variable."""
    options = {"ROTA_DATA_DIR": data_dir, "ROTA_HOST": host, "ROTA_PORT": port}
    given = {name: str(value) for name, value in options.items() if value is not None}
    settings = load_settings({**os.environ, **given})
    try:
        return replace(settings, data_dir=settings.data_dir.expanduser().absolute())
    except RuntimeError:  # nobody of this name, or nobody's home
        raise SettingsError(
            "ROTA_DATA_DIR (or --data-dir) begins with a ~ whose folder nobody knows. Write the "
            "whole path."
        ) from None
