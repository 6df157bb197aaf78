"""What Rota relies on of asyncpg beyond what it promises (rota/platform/storage/driver.py and
pool.py)."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import asyncpg
import pytest

from rota.platform.settings import Settings
from rota.platform.storage.driver import Connection, finish
from rota.platform.storage.pool import Pool
from tests.house.relied import relied as relied_on

relied = partial(relied_on, "asyncpg", where="rota/platform/storage/driver.py", page="0035")
relied_by_the_pool = partial(
    relied_on, "asyncpg", where="rota/platform/storage/pool.py", page="0035"
)


@pytest.fixture
def reset() -> list[int]:
    """The processes behind the connections that came back."""
    return []


@pytest.fixture
async def pool(settings: Settings, reset: list[int]) -> AsyncIterator[asyncpg.Pool]:
    async def note(connection: Any) -> None:
        reset.append(connection.get_server_pid())
        await finish(connection)

    pool = await asyncpg.create_pool(
        settings.database_url, min_size=1, max_size=1, connection_class=Connection, reset=note
    )
    yield pool
    await pool.close()


def vars_of(lent: Any) -> Any:
    """The connection behind what the pool lends."""
    return lent._con


async def test_a_pool_makes_our_connections_and_calls_their_methods(pool: asyncpg.Pool) -> None:
    with relied("what the pool lends calls the methods of `connection_class`"):
        async with pool.acquire() as lent:
            assert await lent.fetch("SELECT 1")
            sleeping = asyncio.ensure_future(lent.fetch("SELECT pg_sleep(60)"))
            await asyncio.sleep(0.05)
            sleeping.cancel()
            await asyncio.wait([sleeping])
            assert vars_of(lent).is_broken_off


async def test_a_connection_is_given_to_reset_once_it_is_returned(
    pool: asyncpg.Pool, reset: list[int]
) -> None:
    with relied("a connection that comes back goes through `reset`, and nothing else is sent"):
        async with pool.acquire() as lent:
            process = lent.get_server_pid()
        assert reset == [process]
        async with pool.acquire() as lent:
            assert lent.get_server_pid() == process


async def test_an_address_that_is_none_is_no_outage() -> None:
    with relied("an error about an address is an InterfaceError and a ValueError"):
        with pytest.raises(asyncpg.InterfaceError) as raised:
            await asyncpg.connect("mysql://h/d")
        assert isinstance(raised.value, ValueError)


async def test_a_transaction_whose_connection_was_closed_says_so(pool: asyncpg.Pool) -> None:
    with relied("to use a connection that was lost is an InterfaceError"):
        lent = await pool.acquire()
        transaction = lent.transaction()
        await transaction.start()
        lent.terminate()
        for use in (lambda: lent.fetch("SELECT 1"), transaction.commit):
            with pytest.raises(asyncpg.InterfaceError):
                await use()
        await pool.release(lent)


async def test_a_pool_is_made_of_our_options_and_lends_by_the_method_that_we_override(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[str] = []

    async def noting(self: Pool, timeout: float | None) -> Any:
        lent.append("by ours")
        return await vars_of_pool["_acquire"](self, timeout)

    vars_of_pool = vars(asyncpg.Pool)
    monkeypatch.setattr(Pool, "_acquire", noting)
    with relied_by_the_pool("a pool takes its options itself, and `acquire` calls `_acquire`"):
        pool = Pool(dsn=settings.database_url, min_size=1, max_size=1, loop=None)
        await pool
        taken = await pool.acquire()
        assert lent == ["by ours"]
    with relied_by_the_pool("`release` knows what it lent, also where its connection was closed"):
        taken.terminate()
        await pool.release(taken)
        assert pool.get_idle_size() == 0
    await pool.close()
