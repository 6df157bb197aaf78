"""Which database and Redis a command acts on: those of a running `rota up`, or those named."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from rota.cli.encryption_keys import check_keys, lost_keys, read_keys, require_key
from rota.cli.errors import CommandError
from rota.cli.settings import read_settings
from rota.local.embedded import Engines, running_engines
from rota.local.folders import write_private
from rota.migrations.runner import applied_versions, known_versions
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources, open_resources
from rota.platform.settings import Settings
from rota.platform.unit_of_work import UnitOfWork, unit_of_work
from rota.wiring import RULES

log = logging.getLogger(__name__)
ADDRESS = "address.json"
# Removing and sealing anew may take their time.
STATEMENT_SECONDS = 600.0


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


async def require_head(settings: Settings) -> None:
    """Neither an old program on a newer schema, nor a new one on an older schema."""
    known = known_versions()
    applied = await applied_versions(settings.database_url or "")
    if unknown := [version for version in applied if version not in known]:
        raise CommandError(
            f"This database was used by a newer Rota (it has {', '.join(unknown)}). Start that "
            "version, or step the database back with it."
        )
    if missing := known[len(applied) :]:
        raise CommandError(
            f"The database's schema is not up to date (missing: {', '.join(missing)}). "
            "Run `rota migrate`."
        )


async def require_fit(settings: Settings) -> None:
    """What a process wants of its database before it begins: our schema, and our key."""
    await require_head(settings)
    if lost := await require_key(settings):
        log.warning(lost_keys(lost))


@asynccontextmanager
async def open_stores(data_dir: Path | None) -> AsyncIterator[Resources]:
    async with open_found(find_stores(data_dir)) as resources:
        yield resources


@asynccontextmanager
async def open_found(settings: Settings) -> AsyncIterator[Resources]:
    await require_head(settings)
    async with open_resources(settings, [], STATEMENT_SECONDS) as resources:
        yield resources


@asynccontextmanager
async def change_stores(data_dir: Path | None) -> AsyncIterator[UnitOfWork]:
    async with change_found(find_stores(data_dir)) as work:
        yield work


@asynccontextmanager
async def change_found(settings: Settings) -> AsyncIterator[UnitOfWork]:
    """Whoever reaches the database may do everything."""
    async with open_found(settings) as resources, unit_of_work(resources, RULES, SYSTEM) as work:
        yield work
