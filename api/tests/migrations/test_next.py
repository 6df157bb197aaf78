"""From each migration to the next one and back, with data; the last one is planted."""

from itertools import pairwise
from typing import Any

import asyncpg
import pytest

from tests.migrations.conftest import PLANTED, Database, shape, versions
from tests.migrations.planted import DOWNGRADE, UPGRADE
from tests.migrations.rows import ROWS, insert_row

Columns = dict[str, set[str]]
TEXT = "SELECT planted FROM task"


async def columns(connection: asyncpg.Connection) -> Columns:
    """Of each of our tables."""
    rows = await connection.fetch(
        "SELECT table_name::text, array_agg(column_name::text) FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'aerich' GROUP BY 1"
    )
    return {table: set(names) for table, names in rows}


async def fill(connection: asyncpg.Connection) -> None:
    """A row in every table that has none, of the columns that are there."""
    there = await columns(connection)
    for table, row in ROWS.items():
        if table in there and not await connection.fetchval(f"SELECT count(*) FROM {table}"):
            known = {name: value for name, value in row.items() if name in there[table]}
            await insert_row(connection, table, known)


async def data(connection: asyncpg.Connection, of: Columns) -> dict[str, list[Any]]:
    """What stands in these columns."""
    found = {}
    for table, names in of.items():
        shown = ", ".join(f"{name}::text" for name in sorted(names))
        rows = await connection.fetch(f"SELECT {shown} FROM {table} ORDER BY 1")
        found[table] = [tuple(row) for row in rows]
    return found


async def faults(database: Database) -> list[str]:
    """What a step forward loses, and what a step back loses or leaves behind."""
    found = []
    await database.migrate(database.known[0])
    async with database.connect() as connection:
        for version, following in pairwise(database.known):
            await fill(connection)
            before, form = await columns(connection), await shape(database)
            rows = await data(connection, before)
            assert await database.migrate(following) == {"done": [following]}
            after = await columns(connection)
            both = {table: before[table] & after[table] for table in before.keys() & after.keys()}
            held = await data(connection, both)
            assert await database.migrate(version) == {"done": [f"back from {following}"]}
            if await shape(database) != form:
                found.append(f"{following} leaves something behind")
            elif await data(connection, both) != held:
                found.append(f"{following} loses data on the way back")
            elif await data(connection, before) != rows:
                found.append(f"{following} loses data")
            await database.migrate(following)
    return found


def plant(database: Database, text: str) -> None:
    """Another migration instead of the one that is planted."""
    (database.folder / f"{database.known[-1]}.py").write_text(text)


async def test_X11_each_step_forward_and_back_keeps_the_data(database: Database) -> None:
    assert await faults(database) == []
    async with database.connect() as connection:
        assert await versions(connection) == database.known
        assert await connection.fetchval(TEXT) == "Größe (planted)"


LOSE = "DELETE FROM run_event;"


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "fault"),
    [
        (UPGRADE, "DROP INDEX task_planted", "leaves something behind"),
        (UPGRADE + LOSE, DOWNGRADE, "loses data"),
        (UPGRADE, DOWNGRADE + LOSE, "loses data on the way back"),
        ("CREATE INDEX planted ON task (name)", "SELECT", "leaves something behind"),
    ],
)
async def test_a_step_that_loses_or_leaves_something_is_found(
    database: Database, upgrade: str, downgrade: str, fault: str
) -> None:
    """The negative control of the test before."""
    plant(database, f"UPGRADE = {upgrade!r}\nDOWNGRADE = {downgrade!r}\n")
    assert await faults(database) == [f"{database.known[-1]} {fault}"]


@pytest.mark.parametrize("forward", [True, False])
async def test_X11_killed_amid_the_next_step_it_is_not_done_and_goes_through_again(
    database: Database, forward: bool
) -> None:
    start, end = database.known[-2:] if forward else reversed(database.known[-2:])
    await database.migrate(start)
    async with database.connect() as connection:
        await fill(connection)
        before, there = await shape(database), await columns(connection)
        rows = await data(connection, there)
        async with connection.transaction():
            await connection.execute("LOCK TABLE task IN ACCESS SHARE MODE")
            async with database.starting(end) as migration:
                await database.waiting(1)
                await migration.kill()
    await database.left()
    assert await shape(database) == before
    async with database.connect() as connection:
        assert await data(connection, there) == rows
        assert (await versions(connection))[-1] == start
    done = end if forward else f"back from {start}"
    assert await database.migrate(end) == {"done": [done]}


async def test_X11_a_step_that_fails_leaves_nothing_of_itself(database: Database) -> None:
    *done, planted = database.known
    plant(database, f"UPGRADE = {UPGRADE + 'SELECT 1 / 0;'!r}\n")
    await database.migrate(done[-1])
    before = await shape(database)
    assert "failed" in await database.migrate()
    assert await shape(database) == before
    plant(database, PLANTED.read_text())
    assert await database.migrate() == {"done": [planted]}


BY_HAND = f"""
async def upgrade(db):
    await db.execute_script({UPGRADE!r})
    [task] = await db.execute_query_dict("SELECT name FROM task")
    return f"UPDATE task SET planted = '{{task['name'].upper()}}'"

async def downgrade(db):
    return {DOWNGRADE!r}
"""


async def test_X11_what_sql_alone_cannot_do_a_function_does(database: Database) -> None:
    plant(database, BY_HAND)
    *done, planted = database.known
    await database.migrate(done[-1])
    async with database.connect() as connection:
        await fill(connection)
        assert await database.migrate() == {"done": [planted]}
        assert await connection.fetchval(TEXT) == "GRÖSSE"
    assert await database.migrate(done[-1]) == {"done": [f"back from {planted}"]}
