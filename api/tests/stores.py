"""The real PostgreSQL and Redis that the tests run on, private to one test run.

ROTA_TEST_ENGINES chooses: `embedded` (what `rota up` brings) or `external` (Debian's
packages postgresql and redis-server, started here on folders and sockets of their own).
"""

import asyncio
import os
import pwd
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from rota.local.embedded import start_engines


@dataclass(frozen=True)
class Stores:
    database_url: str
    redis_url: str


@asynccontextmanager
async def open_stores(folder: Path) -> AsyncIterator[Stores]:
    kind = os.environ.get("ROTA_TEST_ENGINES", "embedded")
    if kind == "embedded":
        async with start_engines(folder, lambda _: None) as engines:
            yield Stores(engines.database_url, engines.redis_url)
    elif kind == "external":
        async with _external() as stores:
            yield stores
    else:
        raise ValueError(f"ROTA_TEST_ENGINES is {kind!r}; it must be embedded or external.")


@asynccontextmanager
async def _external() -> AsyncIterator[Stores]:
    folder = Path(tempfile.mkdtemp(prefix="rota-test-"))
    as_user = []
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    binaries = _debian_binaries()
    data, sockets = folder / "pg", folder
    initdb = await asyncio.create_subprocess_exec(
        *as_user, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust",
        "-E", "UTF8", "--locale=C.UTF-8", stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await initdb.wait() == 0
    postgres = await asyncio.create_subprocess_exec(
        *as_user, str(binaries / "postgres"), "-D", str(data), "-c", "listen_addresses=",
        "-c", f"unix_socket_directories={sockets}", "-c", "fsync=off",
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    redis = await asyncio.create_subprocess_exec(
        *as_user, "redis-server", "--port", "0", "--unixsocket", str(sockets / "redis.sock"),
        "--dir", str(folder), "--save", "", stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    stores = Stores(
        f"postgres://postgres:@/postgres?host={sockets}", f"unix://{sockets}/redis.sock?db=0"
    )
    try:
        await asyncio.wait_for(_answering(stores), 30)
        yield stores
    finally:
        for process in (postgres, redis):
            if process.returncode is None:
                process.terminate()
            await process.wait()
        shutil.rmtree(folder)


def _debian_binaries() -> Path:
    """The newest PostgreSQL that Debian's packages installed."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(versions, key=lambda initdb: int(initdb.parents[1].name)).parent


async def _answering(stores: Stores) -> None:
    while True:
        try:
            connection = await asyncpg.connect(stores.database_url)
            await connection.close()
            redis = Redis.from_url(stores.redis_url)
            await redis.ping()
            await redis.aclose()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.05)  # polls for readiness, for which neither gives a signal
        except Exception as error:
            if "Connect" not in type(error).__name__:
                raise
            await asyncio.sleep(0.05)
        else:
            return
