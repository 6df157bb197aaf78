"""Through PgBouncer in transaction mode, where each statement may come to another connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from rota.migrations.runner import POOLED, MigrationError, migrate
from rota.platform.crypto import new_key
from rota.platform.storage.database import connected, fetch, is_pooled, open_database, transaction
from tests.cli.conftest import short_folder
from tests.cli.process import rota, up
from tests.external.conftest import own_folder
from tests.external.servers import (
    Cluster,
    Pooler,
    Postgres,
    at,
    pgbouncer,
    pgbouncer_version,
    postgres,
    redis,
)
from tests.http.process import free_port

KEEPS_STATEMENTS_APART = (1, 21)
MISTAKEN = (asyncpg.DuplicatePreparedStatementError, asyncpg.InvalidSQLStatementNameError)


@dataclass(frozen=True)
class Way:
    server: Postgres
    pooler: Pooler


@pytest.fixture(scope="module")
async def way(cluster: Cluster) -> AsyncIterator[Way]:
    with own_folder() as folder:
        async with postgres(folder, cluster) as server, pgbouncer(folder, server) as pooler:
            yield Way(server, pooler)


async def work(number: int) -> None:
    """Statements of ten texts, alone and in transactions, which have their connection to
    themselves."""
    text = f"SELECT $1::int + {number % 10} AS sum"
    assert await fetch(text, number) == [{"sum": number + number % 10}]
    async with transaction():
        await fetch("SELECT set_config('rota.number', $1, true)", str(number))
        assert await fetch(text, number) == [{"sum": number + number % 10}]
        [found] = await fetch("SELECT current_setting('rota.number') AS number")
        assert found == {"number": str(number)}


async def work_of_many(url: str) -> None:
    async with open_database(url):
        await asyncio.gather(*map(work, range(300)))


async def test_a_pooler_is_told_from_postgresql_itself(way: Way) -> None:
    for url, pooled in (
        (way.server.url(), False),
        (way.server.plain, False),
        (way.pooler.url(), True),
    ):
        async with connected(url) as connection:
            assert await is_pooled(connection) == pooled


async def test_it_works_without_a_word_about_it(way: Way) -> None:
    await work_of_many(way.pooler.url())
    await work_of_many(way.pooler.url(statement_cache_size=0, connect_timeout=10))


async def test_kept_statements_would_be_mistaken_for_others(cluster: Cluster) -> None:
    """What the one above would do without its precaution. A PgBouncer that keeps them apart does
    not mind."""
    keeps = await pgbouncer_version() >= KEEPS_STATEMENTS_APART
    settings = {"max_prepared_statements": 100} if keeps else {}
    with own_folder() as folder:
        async with (
            postgres(folder, cluster) as server,
            pgbouncer(folder, server, **settings) as pooler,
        ):
            url = pooler.url(statement_cache_size=100)
            if keeps:
                await work_of_many(url)
            else:
                with pytest.raises(MISTAKEN):
                    await work_of_many(url)


async def test_migrations_want_the_direct_way(way: Way) -> None:
    with pytest.raises(MigrationError) as raised:
        await migrate(way.pooler.url())
    assert str(raised.value) == POOLED
    done = await rota(
        "migrate",
        DATABASE_URL=way.pooler.url(),
        REDIS_URL="redis://127.0.0.1:1/0",
        ENCRYPTION_KEY=new_key(),
    )
    assert done.status == 1
    assert "leads to a pooler" in done.problem
    async with connected(way.server.url()) as connection:
        assert await connection.fetchval("SELECT to_regclass('aerich')") is None


async def test_what_the_pooler_does_not_take_is_told(way: Way) -> None:
    environ = {"REDIS_URL": "redis://127.0.0.1:1/0", "ENCRYPTION_KEY": new_key()}
    url = way.pooler.url(options="-c%20geqo%3Doff")
    done = await rota("doctor", "--json", DATABASE_URL=url, **environ)
    [found] = [one for one in json.loads(done.out) if one["check"] == "database"]
    assert found["ok"] or "ignore_startup_parameters" in found["says"]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder / "data"


async def test_everything_works_through_it(cluster: Cluster, data_dir: Path) -> None:
    with own_folder() as folder:
        async with (
            postgres(folder, cluster) as server,
            pgbouncer(folder, server, max_client_conn=200) as pooler,
            redis(folder) as redis_port,
        ):
            environ = {
                "REDIS_URL": f"redis://localhost:{redis_port}/0",
                "ENCRYPTION_KEY": new_key(),
            }
            direct = {**environ, "DATABASE_URL": at(server.url(), sslmode="disable")}
            pooled = {**environ, "DATABASE_URL": pooler.url()}
            assert (await rota("migrate", **direct)).status == 0
            more = ("--no-local-model", "--no-sample")
            async with up(data_dir, free_port(), *more, **pooled) as running:
                await running.until("Ctrl-C")
                create = ("token", "create", "--name", "ci", "--role", "viewer")
                assert (await rota(*create, **pooled)).status == 0
                told = await rota("doctor", **pooled)
                assert told.status == 0, told.out
                assert "through a pooler" in told.out
                assert await running.end() == 0
