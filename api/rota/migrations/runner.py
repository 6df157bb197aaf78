"""Brings a database's schema forward or back, one process at a time."""

from pathlib import Path
from runpy import run_path

from tortoise import BaseDBAsyncClient

from rota.platform.storage.database import connected, is_pooled, open_database, transaction
from rota.platform.storage.statements import Statement

# Any number that no other program on the same database is likely to lock.
ADVISORY_LOCK = 7_267_821_001
POOLED = (
    "DATABASE_URL leads to a pooler, such as PgBouncer, and not to PostgreSQL itself. A migration "
    "holds a lock that belongs to one connection, and a pooler gives connections to others. Run "
    "`rota migrate` with PostgreSQL's own address; all else works through the pooler."
)
FOLDER = Path(__file__).parent
# The table is aerich's, which wrote the first migration, and so is the shape of its rows.
APPLIED = Statement("INSERT INTO aerich (version, app, content) VALUES (:version, 'models', '{}')")
TAKEN_BACK = Statement("DELETE FROM aerich WHERE version = :version")


class MigrationError(Exception):
    """The schema cannot be brought to where it should be; the message says why."""


def known_versions(folder: Path = FOLDER) -> list[str]:
    """All migrations of this release, oldest first."""
    files = (file.stem for file in folder.glob("[0-9]*_*.py"))
    return sorted(files, key=lambda stem: int(stem.partition("_")[0]))


def head() -> str:
    """The newest migration of this release."""
    return known_versions()[-1]


async def applied_versions(url: str) -> list[str]:
    """The migrations that the database has, in the order in which they were applied."""
    async with connected(url) as connection:
        if await connection.fetchval("SELECT to_regclass('aerich')") is None:
            return []
        rows = await connection.fetch("SELECT version FROM aerich ORDER BY id")
        return [row["version"].removesuffix(".py") for row in rows]


async def migrate(url: str, to: str | None = None, folder: Path = FOLDER) -> list[str]:
    """Upgrades to the newest migration in the folder, or goes forward or back to the one whose
    name or number is `to` ("0": an empty schema). Returns what was done, in order. Raises
    MigrationError where there is no such migration, the database has one that is unknown, or there
    is a pooler in between."""
    async with connected(url) as lock:
        if await is_pooled(lock):
            raise MigrationError(POOLED)
        await lock.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        return await _migrate_locked(url, to, folder)


async def _migrate_locked(url: str, to: str | None, folder: Path) -> list[str]:
    known = known_versions(folder)
    applied = await applied_versions(url)
    if unknown := [version for version in applied if version not in known]:
        raise MigrationError(
            f"This database was used by a newer Rota (it has {', '.join(unknown)}). Install that "
            "version again, or step the database back with it first."
        )
    wanted = known if to is None else known[: _position(to, known)]
    done: list[str] = []
    async with open_database(url, max_connections=2, statement_seconds=None):
        for version in wanted[len(applied) :]:
            await _step(folder, version, forward=True)
            done.append(version)
        for version in reversed(applied[len(wanted) :]):
            await _step(folder, version, forward=False)
            done.append(f"back from {version}")
    return done


async def _step(folder: Path, version: str, *, forward: bool) -> None:
    """One migration and its row in the table of versions, both or neither."""
    async with transaction() as connection:
        await connection.execute_script(await _script(folder, version, connection, forward))
        await (APPLIED if forward else TAKEN_BACK).rows(version=f"{version}.py")


async def _script(folder: Path, version: str, connection: BaseDBAsyncClient, forward: bool) -> str:
    """Its SQL: a constant, or what its function of the same name in lower case answers, which may
    read and write through the connection before."""
    module = run_path(str(folder / f"{version}.py"))
    name = "UPGRADE" if forward else "DOWNGRADE"
    script: str = module[name] if name in module else await module[name.lower()](connection)
    return script


def _position(to: str, known: list[str]) -> int:
    """How many migrations are applied once `to` is."""
    if to == "0":
        return 0
    for position, version in enumerate(known, start=1):
        if to in (version, version.partition("_")[0]):
            return position
    raise MigrationError(f"There is no migration “{to}”. Known: 0, {', '.join(known)}.")
