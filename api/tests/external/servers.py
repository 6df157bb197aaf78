"""The system's PostgreSQL, Redis and PgBouncer, each started in a folder and on ports of its own,
as an account without rights, and stopped by whoever started it."""

import asyncio
import os
import pwd
import random
import shutil
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from tests.external.authority import Certificate

START_SECONDS = 30
DATABASE = "rota"


@dataclass(frozen=True)
class Account:
    """Whom servers run as: PostgreSQL and PgBouncer refuse root."""

    name: str | None

    @property
    def prefix(self) -> tuple[str, ...]:
        if self.name is None:
            return ()
        return ("setpriv", f"--reuid={self.name}", f"--regid={self.name}", "--clear-groups")

    def give(self, path: Path) -> None:
        if self.name is not None:
            shutil.chown(path, self.name, self.name)


def account() -> Account:
    if os.geteuid() != 0:
        return Account(None)
    try:
        return Account(pwd.getpwnam("postgres").pw_name)
    except KeyError:
        pytest.fail("The account “postgres” is missing: install Debian's package postgresql.")


def program(name: str) -> str:
    """Fails the test where it is not installed."""
    if name in ("postgres", "initdb"):
        places = sorted(
            Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
            key=lambda path: int(path.parents[1].name),
        )
        found = str(places[-1]) if places else None
    else:
        found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.fail(f"{name} is missing: install postgresql, redis-server and pgbouncer.")
    return found


@dataclass(frozen=True)
class Cluster:
    data: Path


async def new_cluster(data: Path) -> Cluster:
    initdb = await asyncio.create_subprocess_exec(
        *account().prefix, program("initdb"), "-D", str(data), "-U", "postgres", "--auth=trust",
        "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", stdout=DEVNULL,
    )  # fmt: skip
    assert await initdb.wait() == 0
    return Cluster(data)


@dataclass(frozen=True)
class Postgres:
    """An empty database on loopback; `sockets` is the folder of the other way to it."""

    port: int
    sockets: Path
    plain: str
    """DATABASE_URL for its way without TLS, and without parameters."""

    def url(self, **parameters: object) -> str:
        return at(f"postgresql://postgres@localhost:{self.port}/{DATABASE}", **parameters)


def at(url: str, **parameters: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{url}?{query}" if query else url


@asynccontextmanager
async def postgres(
    folder: Path,
    cluster: Cluster,
    certificate: Certificate | None = None,
    access: Sequence[str] = ("local all all trust", "host all all all trust"),
) -> AsyncIterator[Postgres]:
    """`access`: the lines of pg_hba.conf."""
    data, port = folder / "pg", own_port()
    copying = await asyncio.create_subprocess_exec(
        *account().prefix, "cp", "-a", str(cluster.data), str(data)
    )
    assert await copying.wait() == 0
    (data / "pg_hba.conf").write_text("\n".join(access) + "\n")
    options = {
        "listen_addresses": "localhost",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "shared_buffers": "16MB",
    }
    if certificate:
        options |= {
            "ssl": "on",
            "ssl_cert_file": str(certificate.chain),
            "ssl_key_file": str(certificate.key),
        }
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    command = (program("postgres"), "-D", str(data), *settings)
    sockets = f"%2F{str(folder)[1:].replace('/', '%2F')}"

    async def ready() -> None:
        connection = await asyncpg.connect(
            host=str(folder), port=port, user="postgres", database="postgres"
        )
        await connection.execute(f"CREATE DATABASE {DATABASE}")
        await connection.close()

    # At SIGTERM it would wait for its clients.
    async with running(command, folder / "postgres.log", ready, stop=signal.SIGINT):
        plain = f"postgres://postgres@{sockets}:{port}/{DATABASE}"
        yield Postgres(port, folder, plain)


@asynccontextmanager
async def redis(
    folder: Path, certificate: Certificate | None = None, password: str | None = None
) -> AsyncIterator[int]:
    """Its port, of TLS where there is a certificate."""
    port = own_port()
    options = {"port": str(port), "bind": "127.0.0.1", "dir": str(folder), "save": ""}
    if certificate:
        options |= {
            "port": "0",
            "tls-port": str(port),
            "tls-cert-file": str(certificate.chain),
            "tls-key-file": str(certificate.key),
            "tls-ca-cert-file": str(certificate.chain),
            "tls-auth-clients": "no",
        }
    if password:
        options["requirepass"] = password
    settings = [word for name, value in options.items() for word in (f"--{name}", value)]
    command = (program("redis-server"), *settings)
    async with running(command, folder / "redis.log", lambda: listening(port)):
        yield port


@dataclass(frozen=True)
class Pooler:
    port: int

    def url(self, **parameters: object) -> str:
        return at(f"postgresql://postgres@localhost:{self.port}/{DATABASE}", **parameters)


@asynccontextmanager
async def pgbouncer(folder: Path, server: Postgres, **settings: object) -> AsyncIterator[Pooler]:
    """In transaction mode, with two connections of PostgreSQL's for everybody."""
    port, config = own_port(), folder / "pgbouncer.ini"
    (folder / "users.txt").write_text('"postgres" ""\n')
    options = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "trust",
        "auth_file": folder / "users.txt",
        "admin_users": "postgres",
        "pool_mode": "transaction",
        "default_pool_size": 2,
        **settings,
    }
    lines = [f"{name} = {value}" for name, value in options.items()]
    target = f"host={server.sockets} port={server.port}"
    config.write_text("\n".join(["[databases]", f"* = {target}", "[pgbouncer]", *lines, ""]))
    command = (program("pgbouncer"), "-q", str(config))
    async with running(command, folder / "pgbouncer.log", lambda: listening(port)):
        yield Pooler(port)


async def pgbouncer_version() -> tuple[int, ...]:
    asked = await asyncio.create_subprocess_exec(
        program("pgbouncer"), "--version", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asked.communicate()
    return tuple(int(part) for part in said.decode().split()[1].split(".")[:2])


def own_port() -> int:
    """Free, and below those that the system gives to whoever connects: servers start slowly, and
    one of those may be taken meanwhile."""
    while True:
        port = random.randint(15_000, 32_000)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


async def listening(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    await writer.wait_closed()


@asynccontextmanager
async def running(
    command: Sequence[str],
    log: Path,
    ready: Callable[[], Awaitable[None]],
    stop: signal.Signals = signal.SIGTERM,
) -> AsyncIterator[Process]:
    with log.open("wb") as target:
        process = await asyncio.create_subprocess_exec(
            *account().prefix, *command, stdin=DEVNULL, stdout=target, stderr=target
        )
    try:
        async with asyncio.timeout(START_SECONDS):
            await _until(ready, process, log)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(stop)
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _until(ready: Callable[[], Awaitable[None]], process: Process, log: Path) -> None:
    while True:
        assert process.returncode is None, await asyncio.to_thread(log.read_text)
        try:
            await ready()
        except (OSError, asyncpg.CannotConnectNowError):
            await asyncio.sleep(0.02)  # polls for readiness, of which it gives no signal
        else:
            return
