"""Which database and Redis a command acts on: those of a running `rota up`, or those named."""

import json
from dataclasses import replace
from pathlib import Path

from rota.cli.command_error import CommandError
from rota.cli.encryption_keys import check_keys, read_keys
from rota.cli.settings import read_settings
from rota.local.embedded import Engines, running_engines
from rota.local.folders import write_private
from rota.platform.settings import Settings

ADDRESS = "address.json"


def find_stores(data_dir: Path | None) -> Settings:
    """DATABASE_URL goes before the usual data directory; one that is named goes before both."""
    settings = read_settings(data_dir)
    named = data_dir is not None or not settings.database_url
    engines = running_engines(settings.data_dir) if named else None
    if engines:
        return _at_its_address(embedded(settings, engines))
    if settings.database_url:
        check_keys(settings)
        return settings
    raise CommandError(
        f"No Rota runs on {settings.data_dir}. Start one with `rota up`, or set DATABASE_URL and "
        "REDIS_URL to the ones it uses."
    )


def embedded(settings: Settings, engines: Engines) -> Settings:
    """What the environment names opens and seals; the data directory's own keys still open."""
    keys = (*settings.encryption_keys, *read_keys(settings.data_dir))
    settings = replace(
        settings,
        database_url=engines.database_url,
        redis_url=engines.redis_url,
        encryption_keys=tuple(dict.fromkeys(keys)),
    )
    check_keys(settings)
    return settings


def note_address(settings: Settings) -> None:
    """Where `rota up` listens, for the links that other commands print."""
    found = {"host": settings.host, "port": settings.port, "public_origin": settings.public_origin}
    write_private(settings.data_dir / ADDRESS, json.dumps(found))


def _at_its_address(settings: Settings) -> Settings:
    try:
        return replace(settings, **json.loads((settings.data_dir / ADDRESS).read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):  # it is written anew by the next `rota up`
        return settings
