"""The engines start together, on sockets only, stop together, and say what is wrong."""

import fcntl
import os
import socket
import stat
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from rota.local.embedded import Engines, running_engines, start_engines
from rota.local.errors import (
    DataDirectoryUnusableError,
    EngineFailedError,
    ForeignDatabaseError,
)
from rota.local.folders import socket_folder
from rota.local.locks import is_locked, lock_data_dir
from rota.local.postgres import MAJOR
from tests.local.conftest import alive


def quiet(_: str) -> None:
    pass


async def assert_answers(engines: Engines) -> None:
    connection = await asyncpg.connect(engines.database_url)
    assert await connection.fetchval("SELECT 6 * 7") == 42
    await connection.close()
    client = redis.asyncio.Redis.from_url(engines.redis_url)
    assert await client.set("word", "kept")
    await client.aclose()


def opened(handle: Path) -> str:
    try:
        return os.readlink(handle)
    except FileNotFoundError:
        return ""


def modes(data_dir: Path) -> dict[str, set[int]]:
    """By kind: folder, file or socket."""
    found: dict[str, set[int]] = {"folder": set(), "file": set(), "socket": set()}
    for path in (data_dir, *data_dir.rglob("*")):
        mode = path.lstat().st_mode
        kind = "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "socket"
        found[kind].add(stat.S_IMODE(mode))
    return found


def contents(folder: Path) -> list[tuple[str, float]]:
    return sorted((str(path), path.stat().st_mtime) for path in folder.rglob("*"))


def listening(pids: set[int]) -> set[int]:
    """The TCP ports on which these processes, or children of theirs, listen."""
    inodes = set()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if {int(process.name), parent} & pids:
                inodes |= set(map(opened, (process / "fd").iterdir()))
        except OSError:
            continue
    rows = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
    ]
    return {
        int(r[1].split(":")[1], 16) for r in rows if r[3] == "0A" and f"socket:[{r[9]}]" in inodes
    }


async def test_first_start_and_stop(short: Path) -> None:
    data_dir, said = short / "data", list[str]()
    with lock_data_dir(data_dir):
        async with start_engines(data_dir, said.append) as engines:
            await assert_answers(engines)
            assert running_engines(data_dir) == engines
        assert not alive(engines.postgres_pid)
        assert not alive(engines.valkey_pid)
        assert not is_locked(data_dir / "engines.lock")
    assert running_engines(data_dir) is None
    assert not (data_dir / "run").exists()
    assert "Creating the database (first start only) …" in said
    assert (data_dir / "pg" / "PG_VERSION").read_text().strip() == MAJOR
    log = (data_dir / "logs" / "postgresql.log").read_text()
    assert "database system is shut down" in log


async def test_no_engines_run_where_nothing_was_started(tmp_path: Path) -> None:
    assert running_engines(tmp_path) is None


async def test_X9_only_the_owner_reads_and_nothing_listens_on_tcp(data_dir: Path) -> None:
    with lock_data_dir(data_dir):
        async with start_engines(data_dir, quiet) as engines:
            await assert_answers(engines)
            assert listening({engines.postgres_pid, engines.valkey_pid}) == set()
            found = modes(data_dir)
    assert found == {"folder": {0o700}, "file": {0o600}, "socket": {0o700}}


async def test_X9_a_tcp_listener_would_be_found() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert listener.getsockname()[1] in listening({os.getpid()})


@pytest.mark.parametrize("name", ["long" * 30, "with a space, and more"])
async def test_a_long_or_strange_path_gets_a_short_socket_folder(data_dir: Path, name: str) -> None:
    data_dir = data_dir.replace(data_dir.with_name(name))  # noqa: ASYNC240 a rename is instant
    with lock_data_dir(data_dir):
        sockets = socket_folder(data_dir)
        assert len(str(sockets)) < 85
        async with start_engines(data_dir, quiet) as engines:
            await assert_answers(engines)
            assert str(sockets) in engines.database_url
            assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
            assert running_engines(data_dir) == engines
    assert not sockets.exists()


async def test_stale_pid_and_socket_files_do_not_matter(data_dir: Path) -> None:
    run = data_dir / "run"
    run.mkdir(exist_ok=True)
    # This very process lives, so PostgreSQL alone would believe that another server runs.
    (data_dir / "pg" / "postmaster.pid").write_text(f"{os.getppid()}\n{data_dir / 'pg'}\n")
    (run / ".s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")
    for name in (".s.PGSQL.5432", "vk.sock"):
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(run / name))
    (data_dir / "engines.json").write_text(f'["{run}", 1, 1]')
    (data_dir / "engines.lock").touch()
    assert running_engines(data_dir) is None
    with lock_data_dir(data_dir):
        async with start_engines(data_dir, quiet) as engines:
            await assert_answers(engines)


@pytest.mark.parametrize("written", ["", "{", "[]", "17", '["a"]', "\udcff"])
def test_a_broken_record_of_the_engines_is_told(tmp_path: Path, written: str) -> None:
    (tmp_path / "engines.json").write_bytes(written.encode("utf-8", "surrogateescape"))
    handle = os.open(tmp_path / "engines.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(DataDirectoryUnusableError, match="writes the file anew"):
        running_engines(tmp_path)
    os.close(handle)


@pytest.mark.parametrize(("version", "told"), [("17\n", "PostgreSQL 17"), (None, "PG_VERSION")])
async def test_a_foreign_database_is_named_and_left_alone(
    data_dir: Path, version: str | None, told: str
) -> None:
    (data_dir / "pg" / "PG_VERSION").unlink()
    if version:
        (data_dir / "pg" / "PG_VERSION").write_text(version)
    before = contents(data_dir / "pg")
    with lock_data_dir(data_dir), pytest.raises(ForeignDatabaseError, match=told):
        async with start_engines(data_dir, quiet):
            pass
    assert contents(data_dir / "pg") == before
    assert not is_locked(data_dir / "engines.lock")


async def test_a_failed_start_shows_its_own_log_and_leaves_nothing_running(
    data_dir: Path,
) -> None:
    (data_dir / "logs" / "postgresql.log").write_text("said yesterday\n")
    (data_dir / "pg" / "global" / "pg_control").unlink()
    with lock_data_dir(data_dir), pytest.raises(EngineFailedError) as failure:
        async with start_engines(data_dir, quiet):
            pass
    assert "could not find the database system" in str(failure.value)
    assert "said yesterday" not in str(failure.value)
    assert str(data_dir / "logs" / "postgresql.log") in str(failure.value)
    assert not is_locked(data_dir / "engines.lock")


async def test_a_damaged_valkey_says_that_it_can_be_rebuilt(data_dir: Path) -> None:
    for part in (data_dir / "valkey" / "appendonlydir").glob("*.base.rdb"):
        part.write_text("torn")
    with lock_data_dir(data_dir), pytest.raises(EngineFailedError, match="can be rebuilt"):
        async with start_engines(data_dir, quiet):
            pass
    assert not is_locked(data_dir / "engines.lock")


async def test_X5_rows_and_statements_stay_out_of_the_log(data_dir: Path) -> None:
    with lock_data_dir(data_dir):
        async with start_engines(data_dir, quiet) as engines:
            connection = await asyncpg.connect(engines.database_url)
            await connection.execute("CREATE TABLE kept (key text CHECK (length(key) < 3))")
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute("INSERT INTO kept VALUES ('canary-4711')")
            await connection.close()
    log = (data_dir / "logs" / "postgresql.log").read_text()
    assert "violates check constraint" in log
    assert "canary-4711" not in log
