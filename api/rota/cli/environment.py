"""The environment: as options change it, and as the processes of `rota up` get it."""

import os
import sys
from collections.abc import Mapping
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


def environment_for(settings: Settings) -> Mapping[str, str]:
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


def has_display() -> bool:
    """Whether a browser would open in a window, and not in the terminal."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
