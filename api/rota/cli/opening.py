"""The way into a database: what a command wants of it before it begins, our schema and our key."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from rota.cli.command_error import CommandError
from rota.cli.encryption_keys import KEY_FILE, WRONG_KEY, lost_keys, make_keys
from rota.cli.stores import find_stores
from rota.migrations.runner import applied_versions, known_versions
from rota.platform.crypto import Cipher
from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources, open_resources
from rota.platform.settings import Settings
from rota.platform.storage.database import open_database
from rota.platform.unit_of_work import UnitOfWork, unit_of_work
from rota.providers.keys import is_keyed, is_right_key, keep_check_value, unopened_keys
from rota.wiring import RULES

log = logging.getLogger(__name__)
# Removing and sealing anew may take their time.
STATEMENT_SECONDS = 600.0


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


async def require_key(settings: Settings) -> list[str]:
    """For the start of a process, on a database of our schema. Raises CommandError where the key
    is not the database's. Returns the names of the providers whose stored key it does not open:
    they alone have to do without."""
    cipher = Cipher(settings.encryption_keys)
    async with open_database(settings.database_url or "", max_connections=1):
        await keep_check_value(cipher, settings)
        return await judge_key(cipher, settings)


async def judge_key(cipher: Cipher, settings: Settings) -> list[str]:
    """The same, of a database that is open, and changes nothing."""
    if not await is_right_key(cipher):
        raise CommandError(WRONG_KEY)
    return await unopened_keys(cipher, settings)


async def own_keys(settings: Settings) -> Settings:
    """With the data directory's key, which is made at its first start. Raises CommandError where
    there was one."""
    if settings.encryption_keys:
        return settings
    async with open_database(settings.database_url or "", max_connections=1):
        if await is_keyed():
            raise CommandError(
                f"{settings.data_dir / KEY_FILE} is missing, and the database holds secrets that "
                "only it opens. Restore it from a backup. Where it is lost, `rota keys adopt` "
                "makes a new one, and lists the providers whose key must be typed again."
            )
    return replace(settings, encryption_keys=make_keys(settings.data_dir))


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
