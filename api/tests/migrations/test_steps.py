"""Forward and back, killed on the way, several at once, and on a database from the future."""

from typing import Any

import asyncpg
import pytest

from rota.migrations.runner import head
from tests.migrations.conftest import Database
from tests.migrations.rows import ROWS, insert_all

# Takes the place of a table that the migration is about to make: it waits for the outcome.
IN_THE_WAY = "CREATE TABLE assignment (id INT)"


async def shape(database: Database) -> dict[str, list[Any]]:
    """Everything that a migration makes."""
    async with database.connect() as connection:
        columns = await connection.fetch(
            "SELECT table_name, column_name, data_type, is_nullable, column_default "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        constraints = await connection.fetch(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        )
        indexes = await connection.fetch(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        )
    return {
        "columns": [tuple(row) for row in columns],
        "constraints": [tuple(row) for row in constraints],
        "indexes": [tuple(row) for row in indexes],
    }


async def tables(database: Database) -> set[str]:
    return {column[0] for column in (await shape(database))["columns"]}


async def versions(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch("SELECT version FROM aerich ORDER BY id")
    return [row["version"] for row in rows]


async def test_X11_from_empty_to_head_back_and_forward_again_with_data(database: Database) -> None:
    assert await database.migrate() == {"done": [head()]}
    first = await shape(database)
    assert await tables(database) == {*ROWS, "aerich"}
    for _ in range(2):
        async with database.connect() as connection:
            await insert_all(connection)
        assert await database.migrate("0") == {"done": [f"back from {head()}"]}
        assert await tables(database) == {"aerich"}
        assert await database.migrate() == {"done": [head()]}
        assert await shape(database) == first


async def test_X11_head_again_changes_nothing(database: Database) -> None:
    await database.migrate()
    async with database.connect() as connection:
        await insert_all(connection)
        assert await database.migrate() == {"done": []}
        assert await connection.fetchval("SELECT count(*) FROM run_event") == 1
        assert await versions(connection) == [f"{head()}.py"]


@pytest.mark.parametrize("to", ["1", "1_first"])
async def test_X11_a_migration_is_meant_by_number_or_name(database: Database, to: str) -> None:
    assert await database.migrate(to) == {"done": ["1_first"]}
    assert await database.migrate(to) == {"done": []}


@pytest.mark.parametrize("to", ["7", "first", "", "-1", "01"])
async def test_X11_an_unknown_migration_is_refused(database: Database, to: str) -> None:
    answer = await database.migrate(to)
    assert answer == {"refused": f"There is no migration “{to}”. Known: 0, {head()}."}
    assert await tables(database) == set()


@pytest.mark.parametrize("to", [None, "0", "1"])
async def test_X11_a_newer_schema_is_left_alone(database: Database, to: str | None) -> None:
    await database.migrate()
    async with database.connect() as connection:
        await insert_all(connection)
        await connection.execute(
            "INSERT INTO aerich (version, app, content) VALUES ('2_later.py', 'models', '{}')"
        )
        before = await shape(database)
        answer = await database.migrate(to)
        assert answer["refused"].startswith("This database was used by a newer Rota (it has 2_late")
        assert await shape(database) == before
        assert await connection.fetchval("SELECT count(*) FROM run") == 1
        assert await versions(connection) == [f"{head()}.py", "2_later.py"]


async def test_X11_killed_halfway_forward_leaves_nothing_and_goes_through_again(
    database: Database,
) -> None:
    async with database.connect() as other:
        blocker = other.transaction()
        await blocker.start()
        await other.execute(IN_THE_WAY)
        async with database.starting() as migration:
            await database.waiting(1)
            await migration.kill()
        await blocker.rollback()
    await database.left()
    assert await tables(database) == set()
    assert await database.migrate() == {"done": [head()]}
    assert await tables(database) == {*ROWS, "aerich"}


async def test_X11_killed_before_it_is_noted_leaves_nothing(database: Database) -> None:
    await database.migrate()
    await database.migrate("0")
    async with database.connect() as other:
        blocker = other.transaction()
        await blocker.start()
        await other.execute("LOCK TABLE aerich IN EXCLUSIVE MODE")
        async with database.starting() as migration:
            await database.waiting(1)
            await migration.kill()
        await blocker.rollback()
    await database.left()
    assert await tables(database) == {"aerich"}
    assert await database.migrate() == {"done": [head()]}


async def test_X11_killed_on_the_way_back_keeps_everything(database: Database) -> None:
    await database.migrate()
    before = await shape(database)
    async with database.connect() as other:
        await insert_all(other)
        blocker = other.transaction()
        await blocker.start()
        await other.execute("LOCK TABLE run IN ACCESS SHARE MODE")
        async with database.starting("0") as migration:
            await database.waiting(1)
            await migration.kill()
        await blocker.rollback()
    await database.left()
    assert await shape(database) == before
    async with database.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM run_event") == 1
        assert await versions(connection) == [f"{head()}.py"]
    assert await database.migrate("0") == {"done": [f"back from {head()}"]}


async def three_at_once(database: Database, *, alone: bool) -> tuple[list[str], list[Any]]:
    """For what they wait while one is halfway, and what comes of them."""
    async with (
        database.connect() as other,
        database.starting(alone=alone) as one,
        database.starting(alone=alone) as two,
        database.starting(alone=alone) as three,
    ):
        blocker = other.transaction()
        await blocker.start()
        await other.execute(IN_THE_WAY)
        waits = await database.waiting(3)
        await blocker.rollback()
        return waits, [await each.result() for each in (one, two, three)]


async def test_X11_of_three_starting_at_once_one_migrates(database: Database) -> None:
    waits, results = await three_at_once(database, alone=False)
    assert waits.count("advisory") == 2
    assert sorted(results, key=str) == [{"done": [head()]}, {"done": []}, {"done": []}]


async def test_X11_without_the_lock_some_of_three_fail(database: Database) -> None:
    """The negative control of the test before."""
    waits, results = await three_at_once(database, alone=True)
    assert "advisory" not in waits
    assert any("failed" in result for result in results), results
