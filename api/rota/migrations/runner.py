"""Brings a database's schema forward or back, one process at a time."""

from importlib import import_module
from pathlib import Path

from aerich.models import Aerich

from rota.platform.storage.database import connected, open_database, transaction

# Any number that no other program on the same database is likely to lock.
ADVISORY_LOCK = 7_267_821_001
FOLDER = Path(__file__).parent


class MigrationError(Exception):
    """The schema cannot be brought to where it should be; the message says why."""


def known_versions() -> list[str]:
    """All migrations of this release, oldest first."""
    files = (file.stem for file in FOLDER.glob("[0-9]*_*.py"))
    return sorted(files, key=lambda stem: int(stem.partition("_")[0]))


def head() -> str:
    return known_versions()[-1]


async def applied_versions(url: str) -> list[str]:
    async with connected(url) as connection:
        if await connection.fetchval("SELECT to_regclass('aerich')") is None:
            return []
        rows = await connection.fetch("SELECT version FROM aerich ORDER BY id")
        return [row["version"].removesuffix(".py") for row in rows]


async def migrate(url: str, to: str | None = None) -> list[str]:
    """Upgrades to head, or goes forward or back to the migration whose name or number
    is `to` ("0": an empty schema). Returns what was done, in order."""
    url = url.replace("postgresql://", "postgres://", 1)
    async with connected(url) as lock:
        await lock.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        return await _migrate_locked(url, to)


async def _migrate_locked(url: str, to: str | None) -> list[str]:
    known = known_versions()
    applied = await applied_versions(url)
    if unknown := [version for version in applied if version not in known]:
        raise MigrationError(
            f"This database was used by a newer Rota (it has {', '.join(unknown)}). Install that "
            "version again, or step the database back with it first."
        )
    wanted = known if to is None else known[: _position(to, known)]
    done: list[str] = []
    async with open_database(url, pool_size=2):
        for version in wanted[len(applied) :]:
            await _step(version, forward=True)
            done.append(version)
        for version in reversed(applied[len(wanted) :]):
            await _step(version, forward=False)
            done.append(f"back from {version}")
    return done


async def _step(version: str, *, forward: bool) -> None:
    """One migration and its row in aerich's table, both or neither."""
    module = import_module(f"rota.migrations.{version}")
    async with transaction() as connection:
        if forward:
            await connection.execute_script(await module.upgrade(connection))
            await Aerich.create(version=f"{version}.py", app="models", content={})
        else:
            await connection.execute_script(await module.downgrade(connection))
            await Aerich.filter(version=f"{version}.py").delete()


def _position(to: str, known: list[str]) -> int:
    """How many migrations are applied once `to` is."""
    if to == "0":
        return 0
    for position, version in enumerate(known, start=1):
        if to in (version, version.partition("_")[0]):
            return position
    raise MigrationError(f"There is no migration “{to}”. Known: 0, {', '.join(known)}.")
