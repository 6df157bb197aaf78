"""Forward and back, killed on the way, several at once, and on a database from the future."""

from typing import Any

import pytest

from tests.migrations.conftest import Database, shape, tables, versions
from tests.migrations.rows import ROWS, insert_all

# Takes the place of a table that the migration is about to make: it waits for the outcome.
IN_THE_WAY = "CREATE TABLE assignment (id INT)"


def back(versions: list[str]) -> dict[str, list[str]]:
    """What a process tells that undid them all."""
    return {"done": [f"back from {version}" for version in reversed(versions)]}


async def test_X11_from_empty_to_head_back_and_forward_again_with_data(database: Database) -> None:
    assert await database.migrate() == {"done": database.known}
    first = await shape(database)
    assert await tables(database) == {*ROWS, "aerich"}
    for _ in range(2):
        async with database.connect() as connection:
            await insert_all(connection)
        assert await database.migrate("0") == back(database.known)
        assert await tables(database) == {"aerich"}
        assert await database.migrate() == {"done": database.known}
        assert await shape(database) == first


async def test_X11_head_again_changes_nothing(database: Database) -> None:
    await database.migrate()
    async with database.connect() as connection:
        await insert_all(connection)
        assert await database.migrate() == {"done": []}
        assert await connection.fetchval("SELECT count(*) FROM run_event") == 1
        assert await versions(connection) == database.known


@pytest.mark.parametrize("to", ["1", "1_first"])
async def test_X11_a_migration_is_meant_by_number_or_name(database: Database, to: str) -> None:
    assert await database.migrate(to) == {"done": ["1_first"]}
    assert await database.migrate(to) == {"done": []}


@pytest.mark.parametrize("to", ["999", "first", "", "-1", "01"])
async def test_X11_an_unknown_migration_is_refused(database: Database, to: str) -> None:
    answer = await database.migrate(to)
    known = ", ".join(["0", *database.known])
    assert answer == {"refused": f"There is no migration “{to}”. Known: {known}."}
    assert await tables(database) == set()


@pytest.mark.parametrize("to", [None, "0", "1"])
async def test_X11_a_newer_schema_is_left_alone(database: Database, to: str | None) -> None:
    await database.migrate()
    async with database.connect() as connection:
        await insert_all(connection)
        await connection.execute(
            "INSERT INTO aerich (version, app, content) VALUES ('999_later.py', 'models', '{}')"
        )
        before = await shape(database)
        answer = await database.migrate(to)
        assert answer["refused"].startswith("This database was used by a newer Rota (it has 999_l")
        assert await shape(database) == before
        assert await connection.fetchval("SELECT count(*) FROM run") == 1
        assert await versions(connection) == [*database.known, "999_later"]


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
    assert await database.migrate() == {"done": database.known}
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
    assert await database.migrate() == {"done": database.known}


async def test_X11_killed_on_the_way_back_keeps_everything(database: Database) -> None:
    """The steps before the one that it was killed in are done."""
    before = []
    for version in database.known:
        await database.migrate(version)
        before.append(await shape(database))
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
    async with database.connect() as connection:
        kept = await versions(connection)
        assert await connection.fetchval("SELECT count(*) FROM run_event") == 1
    assert kept == database.known[: len(kept)]
    assert await shape(database) == before[len(kept) - 1]
    assert await database.migrate("0") == back(kept)


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
    assert sorted(results, key=str) == [{"done": database.known}, {"done": []}, {"done": []}]


async def test_X11_without_the_lock_some_of_three_fail(database: Database) -> None:
    """The negative control of the test before."""
    waits, results = await three_at_once(database, alone=True)
    assert "advisory" not in waits
    assert any("failed" in result for result in results), results
