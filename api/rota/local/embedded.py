"""PostgreSQL and Valkey for `rota up`, on sockets that only their owner opens: at first both or
none; later each is kept running for itself."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from rota.local import postgres as pg
from rota.local import valkey as vk
from rota.local.errors import DataDirectoryUnusableError
from rota.local.folders import private_folder, socket_folder, write_private
from rota.local.identity import choose_identity
from rota.local.locks import is_locked, lock_for_children
from rota.local.process import ChildProcess
from rota.local.supervisor import all_or_none, supervise

RECORD = "engines.json"
LOCK_TIMEOUT_SECONDS = 30.0
VALKEY_SECONDS = 60.0
# What was not written down at a crash takes its time.
POSTGRES_SECONDS = 300.0


@dataclass(frozen=True)
class Engines:
    """The ids are those of this moment: an engine that is started again has another one."""

    database_url: str
    redis_url: str
    postgres_pid: int
    valkey_pid: int


@asynccontextmanager
async def start_engines(
    data_dir: Path,
    report: Callable[[str], None],
    warn: Callable[[str], None] | None = None,
    max_connections: int = pg.MIN_CONNECTIONS,
) -> AsyncIterator[Engines]:
    """Call under `lock_data_dir`, with an absolute path, on the process's main thread. An engine
    that ends meanwhile is started again, and `warn` is told. `max_connections`: how many PostgreSQL
    gives to all together."""
    waiting = lock_for_children(
        data_dir / "engines.lock", LOCK_TIMEOUT_SECONDS, "an engine", report
    )
    async with waiting as lock:
        for name in ("valkey", "logs"):
            private_folder(data_dir / name)
        sockets = socket_folder(data_dir)
        site = _Site(data_dir, sockets, lock, report)
        site.clear()
        identity = await choose_identity(pg.binaries() / "postgres", data_dir, sockets)
        keeping = [
            partial(supervise, engine.process.name, partial(site.running, engine), warn or report)
            for engine in (site.postgres(identity, max_connections), site.valkey(identity))
        ]
        try:
            await pg.prepare(data_dir, lock, identity, report)
            async with all_or_none(*keeping):
                yield site.note()
        finally:
            site.clear()
            sockets.rmdir()


@dataclass(frozen=True)
class _Engine:
    """What is needed to start it again: a lock that all its processes hold, and what those that
    are gone may have left."""

    process: ChildProcess
    lock: Path
    stale: tuple[Path, ...]
    ready: Callable[[], Awaitable[bool]]
    seconds: float


@dataclass
class _Site:
    """`lock` is held by all engines, over all their starts."""

    data_dir: Path
    sockets: Path
    lock: int
    report: Callable[[str], None]
    pids: dict[str, int] = field(default_factory=dict)

    def postgres(self, identity: str, max_connections: int) -> _Engine:
        process = pg.postgres(self.data_dir, self.sockets, self.lock, identity, max_connections)
        return _Engine(
            process,
            self.data_dir / "postgres.lock",
            (
                self.data_dir / "pg" / "postmaster.pid",
                self.sockets / pg.SOCKET,
                self.sockets / f"{pg.SOCKET}.lock",
            ),
            lambda: pg.ready(self.data_dir, process.pid),
            POSTGRES_SECONDS,
        )

    def valkey(self, identity: str) -> _Engine:
        return _Engine(
            vk.valkey(self.data_dir, self.sockets, self.lock, identity),
            self.data_dir / "valkey.lock",
            (self.sockets / vk.SOCKET,),
            lambda: vk.ready(self.sockets),
            VALKEY_SECONDS,
        )

    @asynccontextmanager
    async def running(self, engine: _Engine) -> AsyncIterator[ChildProcess]:
        """From when it is ready until it is stopped."""
        process = engine.process
        self.report(f"Starting {process.name} …")
        waiting = lock_for_children(engine.lock, LOCK_TIMEOUT_SECONDS, process.name, self.report)
        async with waiting as own:
            for path in engine.stale:
                path.unlink(missing_ok=True)
            process.held = (self.lock, own)
            async with process.running():
                await process.until(engine.ready, engine.seconds)
                is_again = process.name in self.pids
                self.pids[process.name] = process.pid
                if is_again:
                    with suppress(OSError):  # the engine is there, whatever the disk says
                        self.note()
                yield process

    def note(self) -> Engines:
        """For `running_engines`."""
        found = str(self.sockets), self.pids["PostgreSQL"], self.pids["Valkey"]
        write_private(self.data_dir / RECORD, json.dumps(found))
        return _engines(*found)

    def clear(self) -> None:
        """Under the lock, while no engine lives."""
        (self.data_dir / RECORD).unlink(missing_ok=True)
        (self.data_dir / "pg" / "postmaster.pid").unlink(missing_ok=True)
        for path in self.sockets.iterdir():
            path.unlink()


def running_engines(data_dir: Path) -> Engines | None:
    """The engines that another process runs on this data directory."""
    try:
        record = (data_dir / RECORD).read_text("utf-8")
        if not is_locked(data_dir / "engines.lock"):
            return None
        return _engines(*json.loads(record))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise DataDirectoryUnusableError(
            f"{data_dir / RECORD} cannot be read. Stop `rota up` and start it again: it writes the "
            "file anew."
        ) from error
    except PermissionError as error:
        raise DataDirectoryUnusableError(
            f"The data directory {data_dir} belongs to another user. "
            "Run the command as the user who runs the server."
        ) from error


def _engines(sockets: str, postgres_pid: int, valkey_pid: int) -> Engines:
    return Engines(
        database_url=f"postgres://postgres:@/postgres?host={sockets}",
        redis_url=f"unix://{sockets}/{vk.SOCKET}?db=0",
        postgres_pid=postgres_pid,
        valkey_pid=valkey_pid,
    )
