"""When the database counts as away."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError

from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.platform.storage.database import (
    Connection,
    fetch,
    fetch_records,
    is_unavailable,
    tortoise_config,
)

pytestmark = pytest.mark.usefixtures("resources")


async def failing(sql: str, *values: object) -> BaseException:
    with pytest.raises(Exception) as raised:  # noqa: PT011 (which one it is, is the question)
        await fetch(sql, *values)
    return raised.value


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("SELEC", ()),
        ("SELECT * FROM nowhere", ()),
        ("SELECT 1 / 0", ()),
        ("SELECT $1::int", (2**31,)),
        ("SELECT $1::int", ("text",)),
        ("SELECT $1::text", ("\x00",)),
        ("SELECT $1::uuid", ("no id",)),
        ("SELECT 'no number'::int", ()),
        ("INSERT INTO task (id) VALUES (NULL)", ()),
        ("DO $$ BEGIN RAISE EXCEPTION 'no'; END $$", ()),
    ],
)
async def test_D7_our_own_mistake_does_not_pass_for_an_outage(
    sql: str, values: tuple[object, ...]
) -> None:
    assert not is_unavailable(await failing(sql, *values))


async def test_D7_a_connection_that_is_cut_is_an_outage(resources: Resources) -> None:
    assert is_unavailable(await failing("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with asyncio.timeout(5):
        assert await fetch("SELECT 1 AS one") == [{"one": 1}]
    assert resources.settings.database_url


async def test_D7_a_server_that_is_not_there_is_an_outage(tmp_path: Path) -> None:
    for url in (f"postgres://postgres:@/postgres?host={tmp_path}", "postgres://u@127.0.0.1:1/x"):
        with pytest.raises(OSError) as raised:  # noqa: PT011 (which one is the system's business)
            await asyncpg.connect(url)
        assert is_unavailable(raised.value)


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("make", "away"),
    [
        (ConnectionRefusedError, True),
        (TimeoutError, True),
        (lambda: DBConnectionError("away"), True),
        (lambda: asyncpg.CannotConnectNowError("starting up"), True),
        (lambda: asyncpg.TooManyConnectionsError("full"), True),
        (lambda: asyncpg.AdminShutdownError("bye"), True),
        (lambda: asyncpg.ConnectionDoesNotExistError("gone"), True),
        (lambda: asyncpg.InterfaceError("connection is closed"), True),
        (lambda: caused(OperationalError("x"), asyncpg.CrashShutdownError("crash")), True),
        (lambda: caused(OperationalError("x"), caused(OperationalError("y"), OSError())), True),
        (lambda: None, False),
        (lambda: OperationalError("syntax"), False),
        (lambda: caused(OperationalError("x"), asyncpg.PostgresSyntaxError("SELEC")), False),
        (lambda: IntegrityError("taken"), False),
        (lambda: asyncpg.QueryCanceledError("too slow"), False),
        (lambda: asyncpg.DeadlockDetectedError("knot"), False),
        (lambda: ValueError("x"), False),
        (lambda: caused(ValueError("x"), OSError()), False),
    ],
)
def test_D7_what_counts_as_an_outage(make: Callable[[], BaseException | None], away: bool) -> None:
    assert is_unavailable(make()) is away


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_F3_both_spellings_of_an_address_work(scheme: str) -> None:
    config = tortoise_config(f"{scheme}://u:p%40@db.example:5433/rota", 7)
    connection = config["connections"]["default"]
    assert connection["engine"] == "tortoise.backends.asyncpg"
    wanted = {"host": "db.example", "port": 5433, "user": "u", "password": "p@", "maxsize": 7}
    assert {key: connection["credentials"][key] for key in wanted} == wanted


ENDED = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND query = 'SELECT'"


async def _is_brought_to_its_end(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> bool:
    """A statement that was broken off between being read there and being executed."""
    read = getattr(Connection, "_get_statement")  # noqa: B009 (the driver's own)

    async def cut(*args: Any, **options: Any) -> None:
        await read(*args, **options)
        raise asyncio.CancelledError

    monkeypatch.setattr(Connection, "_get_statement", cut)
    with pytest.raises(asyncio.CancelledError):
        await fetch_records("SELECT name FROM provider")
    monkeypatch.undo()
    other = await asyncpg.connect(settings.database_url)
    try:
        return bool(await other.fetchval(ENDED))
    finally:
        await other.close()


async def test_D7_a_statement_that_is_broken_off_is_brought_to_its_end(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    assert await _is_brought_to_its_end(monkeypatch, settings)
    assert await fetch_records("SELECT 1")


async def test_D7_a_statement_left_in_the_middle_would_be_found(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    async def unnoted(_: Any, statement: Any) -> Any:
        return await statement

    monkeypatch.setattr(Connection, "_noting", unnoted)
    assert not await _is_brought_to_its_end(monkeypatch, settings)
    assert await fetch_records("SELECT 1")
