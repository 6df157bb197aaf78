"""What a hung, a full and a read-only database cost: a statement, for a while, and no process."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import asyncpg
import pytest

from rota.platform.kernel.errors import Hung, Unavailable
from rota.platform.settings import Settings
from rota.platform.storage import driver, pool
from rota.platform.storage.database import (
    MIN_CONNECTIONS,
    connected,
    fetch,
    fetch_records,
    pool_arguments,
    transaction,
)
from rota.platform.storage.driver import CANNOT_NOW, NO_ROOM, READ_ONLY, SHORT
from rota.platform.storage.pool import Pool
from rota.platform.storage.postgres_url import MAX_CONNECTIONS, read_database_url
from rota.providers.models import Provider

pytestmark = pytest.mark.usefixtures("resources")


@pytest.fixture(autouse=True)
def no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver.trouble, "_at", -1e9)


@asynccontextmanager
async def a_pool(settings: Settings, size: int, seconds: float) -> AsyncIterator[Pool]:
    connects = await pool_arguments(read_database_url(settings.database_url or ""))()
    ours = {"min_size": 1, "max_size": size, "loop": None, "command_timeout": seconds}
    opened = Pool(**{**connects, **ours})
    await opened
    try:
        yield opened
    finally:
        await opened.close()


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """A server's process that the tests' own PostgreSQL started, standing still."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


async def asked(opened: Pool, sql: str = "SELECT pg_backend_pid()") -> Any:
    taken = await opened.acquire()
    try:
        return await taken.fetchval(sql)
    finally:
        await opened.release(taken)


async def test_D7_a_statement_that_hangs_is_given_up_and_its_connection_thrown_away(
    settings: Settings,
) -> None:
    async with a_pool(settings, 1, 0.2) as opened:
        process = await asked(opened)
        with stopped(process):
            with pytest.raises(Hung):
                await asked(opened)
            assert await asked(opened) != process  # beside the one that still hangs


async def test_D7_one_that_hangs_in_a_transaction_takes_the_rollback_along(
    settings: Settings,
) -> None:
    async with a_pool(settings, 1, 0.2) as opened:
        process = await asked(opened)
        taken = await opened.acquire()
        begun = taken.transaction()
        await begun.start()
        with stopped(process):
            for end in (begun.rollback, begun.rollback):
                with pytest.raises((Hung, asyncpg.InterfaceError)):
                    await end()
            await opened.release(taken)
            assert await asked(opened) != process


async def test_D7_a_cancelled_statement_of_a_hung_server_holds_nobody_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "RELEASE_SECONDS", 0.2)
    async with a_pool(settings, 1, 60) as opened:
        process = await asked(opened)
        with stopped(process):
            asking = asyncio.create_task(asked(opened))
            await asyncio.wait({asking}, timeout=0.1)
            asking.cancel()
            async with asyncio.timeout(10):
                with pytest.raises(asyncio.CancelledError):
                    await asking
                assert await asked(opened) != process


async def test_D7_a_slow_statement_of_a_healthy_server_is_given_up_alone(
    settings: Settings,
) -> None:
    async with a_pool(settings, 2, 0.2) as opened:
        with pytest.raises(Hung):
            await asked(opened, "SELECT 1 FROM pg_sleep(60)")
        assert await asked(opened, "SELECT 1") == 1


async def test_D8_a_pool_closes_soon_though_its_connections_hang(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CLOSE_SECONDS", 0.2)
    async with a_pool(settings, 1, 60) as opened:
        process = await asked(opened)
        with stopped(process):
            asking = asyncio.create_task(asked(opened))
            await asyncio.wait({asking}, timeout=0.1)
            async with asyncio.timeout(10):
                await opened.close()
                with pytest.raises(asyncpg.PostgresConnectionError):
                    await asking


async def test_D7_where_all_are_taken_nobody_waits_for_ever(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "ACQUIRE_SECONDS", 0.2)
    async with a_pool(settings, 1, 60) as opened:
        taken = await opened.acquire()
        with pytest.raises(Hung):
            await opened.acquire()
        await opened.release(taken)
        assert await asked(opened, "SELECT 1") == 1


async def test_D7_a_server_without_room_for_another_connection_is_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = 3
    connects: Callable[..., Awaitable[Any]] = vars(asyncpg.Pool)["_get_new_connection"]

    async def refused(self: Pool) -> Any:
        nonlocal full
        if full:
            full -= 1
            raise asyncpg.TooManyConnectionsError("sorry, too many clients already")
        return await connects(self)

    async with a_pool(settings, 2, 60) as opened:
        monkeypatch.setattr(Pool, "_get_new_connection", refused)
        first = await opened.acquire()
        second = await opened.acquire()
        assert not full
        assert driver.trouble.now() == SHORT
        for one in (first, second):
            await opened.release(one)


async def test_D7_where_it_stays_full_that_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(self: Pool) -> Any:
        raise asyncpg.TooManyConnectionsError("sorry, too many clients already")

    monkeypatch.setattr(pool, "ACQUIRE_SECONDS", 0.5)
    async with a_pool(settings, 2, 60) as opened:
        monkeypatch.setattr(Pool, "_get_new_connection", refused)
        first = await opened.acquire()
        with pytest.raises(Unavailable, match="connections"):
            await opened.acquire()
        await opened.release(first)


@pytest.mark.parametrize(
    ("given", "size"), [(100, 12), (60, 11), (25, 4), (5, MIN_CONNECTIONS), (10_000, 12)]
)
async def test_a_pool_takes_what_the_server_can_spare(
    given: int, size: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rota.platform.storage.database.GIVEN", f"SELECT {given - 3}")
    connects = await pool_arguments(read_database_url(settings.database_url or ""))()
    assert connects["max_size"] == size <= MAX_CONNECTIONS


async def by_the_orm(sql: str) -> Any:
    return await Provider.raw(sql)


@pytest.mark.parametrize("ask", [fetch, fetch_records, by_the_orm])
@pytest.mark.parametrize(
    "state",
    [*(state for state in CANNOT_NOW if len(state) == 5), "53200", "53000", "57P03", "58030"],
)
async def test_D7_what_postgresql_cannot_do_now_is_an_outage(
    state: str, ask: Callable[[str], Awaitable[Any]]
) -> None:
    refuse = (
        "DO $$ BEGIN RAISE EXCEPTION 'planted, with a secret' USING ERRCODE = '" + state + "';"
        " END $$"
    )

    async def within() -> None:
        async with transaction():
            await ask(refuse)

    for asks in (partial(ask, refuse), within):
        with pytest.raises(Unavailable) as raised:
            await asks()
        assert "planted" not in raised.value.message
    assert await fetch("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize(
    ("state", "said"),
    [("53100", NO_ROOM), ("25006", READ_ONLY), ("53300", SHORT), ("40P01", None), ("57014", None)],
)
async def test_D7_what_lasts_is_known_for_a_while(state: str, said: str | None) -> None:
    with pytest.raises(Unavailable):
        await fetch(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
    assert driver.trouble.now() == said


async def test_D7_after_a_failover_no_connection_stays_with_the_old_server(
    settings: Settings,
) -> None:
    """Those that are kept lead to a server that takes no changes any more: all are made anew."""
    async with a_pool(settings, 2, 60) as opened:
        both = [await opened.acquire(), await opened.acquire()]
        old = {await one.fetchval("SELECT pg_backend_pid()") for one in both}
        await both[0].execute("SET default_transaction_read_only = on")
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await both[0].execute("CREATE TABLE planted ()")
        for one in both:
            await opened.release(one)
        assert await asked(opened) not in old


async def test_D7_a_database_that_is_read_only_is_an_outage_and_over_by_itself(
    settings: Settings,
) -> None:
    async def write() -> None:
        await fetch("UPDATE provider SET revision = revision")

    async with connected(settings.database_url or "") as other:
        await other.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        try:
            await other.execute("SELECT pg_reload_conf()")
            with pytest.raises(Unavailable, match="read-only"):
                await until_refused(write)
        finally:
            await other.execute("SET default_transaction_read_only = off")
            await other.execute("ALTER SYSTEM RESET default_transaction_read_only")
            await other.execute("SELECT pg_reload_conf()")
    async with asyncio.timeout(5):
        while True:
            try:
                return await write()
            except Unavailable:
                await asyncio.sleep(0.05)  # the setting is taken over by each process in its time


async def until_refused(write: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.timeout(5):
        while True:
            await write()
            await asyncio.sleep(0.05)  # the setting is taken over by each process in its time
