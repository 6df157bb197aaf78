"""PostgreSQL and Valkey for `rota up`: both or none, on sockets that only their owner opens."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rota.local import postgres as pg
from rota.local import valkey as vk
from rota.local.errors import DataDirectoryUnusableError
from rota.local.folders import private_folder, socket_folder, write_private
from rota.local.identity import choose_identity
from rota.local.locks import is_locked, lock_for_children
from rota.local.process import ChildProcess
from rota.local.supervisor import Together

LOCK_TIMEOUT_SECONDS = 30.0
START_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Engines(Together):
    database_url: str
    redis_url: str
    postgres_pid: int
    valkey_pid: int


@asynccontextmanager
async def start_engines(
    data_dir: Path, report: Callable[[str], None], max_connections: int = pg.MIN_CONNECTIONS
) -> AsyncIterator[Engines]:
    """Call under `lock_data_dir`, with an absolute path, on the process's main thread.
    `max_connections`: how many PostgreSQL gives to all together."""
    waiting = lock_for_children(
        data_dir / "engines.lock", LOCK_TIMEOUT_SECONDS, "an engine", report
    )
    async with waiting as lock:
        record = data_dir / "engines.json"
        record.unlink(missing_ok=True)
        for name in ("valkey", "logs"):
            private_folder(data_dir / name)
        sockets = socket_folder(data_dir)
        _remove_stale(data_dir, sockets)
        identity = await choose_identity(pg.binaries() / "postgres", data_dir, sockets)
        postgres = pg.postgres(data_dir, sockets, lock, identity, max_connections)
        valkey = vk.valkey(data_dir, sockets, lock, identity)
        try:
            await _all(
                _start_postgres(postgres, data_dir, lock, identity, report),
                _start_valkey(valkey, sockets, report),
            )
            write_private(record, json.dumps([str(sockets), postgres.pid, valkey.pid]))
            yield _engines(sockets, postgres.pid, valkey.pid, processes=(postgres, valkey))
        finally:
            record.unlink(missing_ok=True)
            await asyncio.gather(postgres.stop(), valkey.stop())
            _remove_stale(data_dir, sockets)
            sockets.rmdir()


def running_engines(data_dir: Path) -> Engines | None:
    """The engines that another process runs on this data directory."""
    try:
        record = (data_dir / "engines.json").read_text()
        if not is_locked(data_dir / "engines.lock"):
            return None
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise DataDirectoryUnusableError(
            f"The data directory {data_dir} belongs to another user. "
            "Run the command as the user who runs the server."
        ) from error
    sockets, postgres_pid, valkey_pid = json.loads(record)
    return _engines(Path(sockets), postgres_pid, valkey_pid)


def _engines(
    sockets: Path, postgres_pid: int, valkey_pid: int, processes: Sequence[ChildProcess] = ()
) -> Engines:
    return Engines(
        database_url=f"postgres://postgres:@/postgres?host={sockets}",
        redis_url=f"unix://{sockets}/{vk.SOCKET}?db=0",
        postgres_pid=postgres_pid,
        valkey_pid=valkey_pid,
        processes=processes,
    )


def _remove_stale(data_dir: Path, sockets: Path) -> None:
    """Safe under the engines' lock only: no process that owned these files lives."""
    (data_dir / "pg" / "postmaster.pid").unlink(missing_ok=True)
    for path in sockets.iterdir():
        path.unlink()


async def _start_postgres(
    postgres: ChildProcess, data_dir: Path, lock: int, identity: str, report: Callable[[str], None]
) -> None:
    await pg.prepare(data_dir, lock, identity, report)
    report("Starting PostgreSQL …")
    await postgres.start()
    await postgres.until(lambda: pg.ready(data_dir, postgres.pid), START_TIMEOUT_SECONDS)


async def _start_valkey(valkey: ChildProcess, sockets: Path, report: Callable[[str], None]) -> None:
    report("Starting Valkey …")
    await valkey.start()
    await valkey.until(lambda: vk.ready(sockets), START_TIMEOUT_SECONDS)


async def _all(*starts: Coroutine[Any, Any, None]) -> None:
    """The first failure stops the others and is the one that is told."""
    try:
        async with asyncio.TaskGroup() as group:
            for start in starts:
                group.create_task(start)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
