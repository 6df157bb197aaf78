"""What `rota doctor` looks at, in an order in which each check can build on those before."""

import asyncio
import platform
import shutil
import stat
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rota.cli.command_error import CommandError
from rota.cli.encryption_keys import KEY_FILE, lost_keys
from rota.cli.errors import explain
from rota.cli.opening import judge_key, require_head
from rota.cli.settings import read_settings
from rota.cli.stores import find_stores
from rota.local.folders import LOCK_NAME
from rota.local.local_model import local_model_available
from rota.migrations.runner import head
from rota.platform.crypto import Cipher
from rota.platform.messaging.health import asking_redis
from rota.platform.messaging.presence import read_workers
from rota.platform.messaging.queue import open_redis
from rota.platform.messaging.redis_url import read_redis_url
from rota.platform.settings import Settings
from rota.platform.storage.database import connected, is_pooled, open_database
from rota.platform.storage.postgres_url import read_database_url

TIMEOUT_SECONDS = 5.0
MIN_FREE_BYTES = 500_000_000
MIN_POSTGRES_VERSION = 14


@dataclass(frozen=True)
class Finding:
    check: str
    ok: bool
    says: str


async def examine(data_dir: Path | None) -> list[Finding]:
    """What depends on something that is wrong is left out."""
    findings: list[Finding] = []

    async def look(check: str, find: Callable[[], Awaitable[str]]) -> bool:
        findings.append(await _finding(check, find))
        return findings[-1].ok

    await look("versions", _versions)
    if not await look("settings", lambda: _settings(data_dir)):
        return findings
    settings = read_settings(data_dir)
    await look("data directory", lambda: _data_directory(settings.data_dir))
    if not await look("stores", lambda: _stores(data_dir)):
        return findings
    settings = find_stores(data_dir)
    if await look("database", lambda: _database(settings)) and await look(
        "schema", lambda: _schema(settings)
    ):
        await look("keys", lambda: _keys(settings))
    if await look("redis", lambda: _redis(settings)):
        await look("workers", lambda: _workers(settings))
    return findings


async def _finding(check: str, find: Callable[[], Awaitable[str]]) -> Finding:
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return Finding(check, True, await find())
    except TimeoutError:
        return Finding(check, False, f"No answer within {TIMEOUT_SECONDS:.0f} seconds.")
    except Exception as error:  # whatever it is, the other checks go on
        # What nobody expected is named and not repeated: it may hold a secret.
        said = explain(error) or f"It failed in a way that nobody expected: {type(error).__name__}."
        return Finding(check, False, said)


async def _versions() -> str:
    demo = "with" if local_model_available() else "without"
    return f"Rota {version('rota')} on Python {platform.python_version()}, {demo} the demo model."


async def _settings(data_dir: Path | None) -> str:
    read_settings(data_dir)
    return "The environment is in order."


async def _data_directory(folder: Path) -> str:
    if not (folder / LOCK_NAME).exists():
        return f"{folder} is not in use yet."
    for path, wanted in ((folder, 0o700), (folder / KEY_FILE, 0o600)):
        if path.exists() and (found := stat.S_IMODE(path.stat().st_mode)) & ~wanted:
            raise CommandError(
                f"Others may read {path} (mode {found:o}). Run: chmod {wanted:o} {path}"
            )
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        raise CommandError(
            f"Only {free // 1_000_000} MB are free for {folder}. Make room, or remove old runs "
            "with `rota prune`."
        )
    return f"{folder} is its owner's alone; {free / 1e9:.0f} GB are free."


async def _stores(data_dir: Path | None) -> str:
    settings = find_stores(data_dir)
    settings.require_stores()
    database = read_database_url(settings.database_url or "")
    return f"{database.shown} and {read_redis_url(settings.redis_url or '').shown}"


async def _database(settings: Settings) -> str:
    async with connected(settings.database_url or "") as connection:
        found: str = await connection.fetchval("SHOW server_version")
        between = ", through a pooler" if await is_pooled(connection) else ""
    if int(found.partition(".")[0]) < MIN_POSTGRES_VERSION:
        raise CommandError(
            f"PostgreSQL {found} is too old; Rota needs {MIN_POSTGRES_VERSION} or newer."
        )
    return f"PostgreSQL {found} answers{between}."


async def _schema(settings: Settings) -> str:
    await require_head(settings)
    return f"It is at {head()}."


async def _keys(settings: Settings) -> str:
    async with open_database(settings.database_url or "", max_connections=1):
        lost = await judge_key(Cipher(settings.encryption_keys), settings)
    if lost:
        raise CommandError(lost_keys(lost))
    return "Every stored key can be opened."


async def _redis(settings: Settings) -> str:
    async with (
        asking_redis(TIMEOUT_SECONDS),
        aclosing(open_redis(settings.redis_url or "")) as redis,
    ):
        info: dict[str, Any] = await redis.info()
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        raise CommandError(
            f"Its maxmemory-policy is {policy}, so it may drop jobs that wait. "
            "Set it to noeviction."
        )
    if "valkey_version" in info:
        return f"Valkey {info['valkey_version']} answers."
    return f"Redis {info['redis_version']} answers."


async def _workers(settings: Settings) -> str:
    async with aclosing(open_redis(settings.redis_url or "")) as redis:
        workers = await read_workers(redis)
    if not workers:
        raise CommandError("None runs, so runs wait. Start one with `rota worker`.")
    return f"{len(workers)} running."
