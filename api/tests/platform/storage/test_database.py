"""When the database counts as away, and that all who ask it hear so."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from rota.platform.kernel.errors import Unavailable
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.platform.storage import database, orm
from rota.platform.storage.database import (
    connected,
    connection,
    fetch,
    fetch_records,
    tortoise_config,
    transaction,
)
from rota.platform.storage.driver import Connection, away_is_unavailable
from rota.platform.storage.postgres_url import read_database_url
from rota.providers.models import Provider

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
    assert not isinstance(await failing(sql, *values), Unavailable)
    with pytest.raises(Exception) as raised:  # noqa: PT011 (which one it is, is the question)
        async with transaction():
            await fetch(sql, *values)
    assert not isinstance(raised.value, Unavailable)


async def test_D7_a_connection_that_is_cut_is_an_outage(resources: Resources) -> None:
    for ask in (fetch, fetch_records):
        with pytest.raises(Unavailable):
            await ask(CUT)
    async with asyncio.timeout(5):
        assert await fetch("SELECT 1 AS one") == [{"one": 1}]
    assert resources.settings.database_url


CUT = "SELECT pg_terminate_backend(pg_backend_pid())"


async def test_D7_an_outage_that_the_orm_does_not_tell_of_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = AsyncpgDBClient._translate_exceptions
    monkeypatch.setattr(orm.Client, "_translate_exceptions", plain)
    assert not isinstance(await failing(CUT), Unavailable)


async def a_statement() -> None:
    await fetch("SELECT 1")


async def a_record() -> None:
    await fetch_records("SELECT 1")


async def of_the_orm() -> None:
    await Provider.exists()


async def the_commit() -> None:
    pass


async def a_savepoint() -> None:
    async with in_transaction():
        pass


@pytest.mark.parametrize("do", [a_statement, a_record, of_the_orm, the_commit, a_savepoint])
async def test_D7_a_transaction_that_is_cut_is_an_outage_whoever_notices(
    do: Callable[[], Awaitable[None]], settings: Settings
) -> None:
    async def work() -> None:
        async with transaction():
            await cut_off(settings)
            await do()

    with pytest.raises(Unavailable):
        await work()
    async with asyncio.timeout(5):
        assert await Provider.exists() is False


async def cut_off(settings: Settings) -> None:
    """Until the driver has seen it."""
    [row] = await fetch("SELECT pg_backend_pid() AS process")
    mine = vars(connection())["_connection"]
    seen = asyncio.Event()
    mine.add_termination_listener(lambda _: seen.set())
    async with connected(settings.database_url or "") as other:
        await other.execute("SELECT pg_terminate_backend($1)", row["process"])
    async with asyncio.timeout(5):
        await seen.wait()


async def test_what_is_done_within_a_transaction_has_its_own_errors() -> None:
    with pytest.raises(FileNotFoundError):
        async with transaction():
            raise FileNotFoundError


async def test_D7_a_server_that_is_not_there_is_an_outage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host, port in ((str(tmp_path), 5432), ("127.0.0.1", 1)):
        address = read_database_url(f"postgres://nobody@/x?host={host}&port={port}")
        client = orm.Client(connection_name="elsewhere", connects=database.pool_arguments(address))
        monkeypatch.setattr(database, "in_transaction", client._in_transaction)
        monkeypatch.setattr(database, "connection", lambda client=client: client)
        for ask in (a_statement, a_record, lambda: transaction().__aenter__()):
            with pytest.raises(Unavailable):
                await ask()
        with pytest.raises(Unavailable):
            async with connected(f"postgres://nobody@/x?host={host}&port={port}"):
                pass


async def test_D7_a_database_that_is_not_there_is_an_outage(settings: Settings) -> None:
    elsewhere = urlsplit(settings.database_url or "")._replace(path="/nowhere").geturl()
    with pytest.raises(Unavailable) as raised:
        async with connected(elsewhere):
            pass
    assert isinstance(raised.value.__cause__, asyncpg.InvalidCatalogNameError)


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (asyncpg.CannotConnectNowError("starting up"), True),
        (asyncpg.TooManyConnectionsError("full"), True),
        (asyncpg.AdminShutdownError("bye"), True),
        (asyncpg.CrashShutdownError("crash"), True),
        (asyncpg.ConnectionDoesNotExistError("gone"), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (OperationalError("syntax"), False),
        (asyncpg.PostgresSyntaxError("SELEC"), False),
        (IntegrityError("taken"), False),
        (asyncpg.QueryCanceledError("too slow"), True),
        (asyncpg.DeadlockDetectedError("knot"), True),
        (asyncpg.InternalClientError("unknown protocol state"), True),
        (asyncpg.UniqueViolationError("taken"), False),
        (ValueError("x"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_D7_what_counts_as_an_outage(error: Exception, away: bool) -> None:
    expected = Unavailable if away else type(error)
    with pytest.raises(expected) as raised, away_is_unavailable(connects=True):
        raise error
    if away:
        assert isinstance(raised.value, Unavailable)
        assert raised.value.reason == type(error).__name__


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
async def test_F3_both_spellings_of_an_address_work(scheme: str) -> None:
    address = read_database_url(f"{scheme}://u:p%40@db.example:5433/rota?statement_cache_size=9")
    connects = database.pool_arguments(address)
    wanted = {"host": ["db.example"], "port": [5433], "user": "u", "password": "p@"}
    wanted["statement_cache_size"] = 9
    given = await connects()
    assert {key: given[key] for key in wanted} == wanted
    connection = tortoise_config(connects, 7)["connections"]["default"]
    assert connection["engine"] == orm.__name__
    assert connection["credentials"]["connects"] is connects
    assert connection["credentials"]["maxsize"] == 7


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
