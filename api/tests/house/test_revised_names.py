"""A field of a revised row is written out in every place that it needs."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.house.revised import NOUNS, omissions, places, settings_places
from tests.stores import Stores


@pytest.fixture
async def database(stores: Stores) -> AsyncIterator[asyncpg.Connection]:
    """Whatever happens here is taken back."""
    connection = await asyncpg.connect(stores.database_url)
    await connection.execute("BEGIN")
    try:
        yield connection
    finally:
        await connection.close()


async def revised_tables(database: asyncpg.Connection) -> set[str]:
    rows = await database.fetch(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relname LIKE '%\\_revision'"
    )
    return {row["relname"] for row in rows}


async def test_A2_T3_every_revised_table_is_known_here(database: asyncpg.Connection) -> None:
    assert await revised_tables(database) == {f"{noun}_revision" for noun in NOUNS}


async def test_one_that_is_not_known_is_found(database: asyncpg.Connection) -> None:
    """The negative control of the test before."""
    await database.execute("CREATE TABLE planted_revision (id INT)")
    assert "planted_revision" in await revised_tables(database)


@pytest.mark.parametrize("noun", NOUNS)
async def test_A2_T3_every_field_is_in_every_place(database: asyncpg.Connection, noun: str) -> None:
    found = await places(noun, database)
    assert len(found) == 11
    assert omissions(found) == []
    assert {"name", "description"} < found["REVISED"]


@pytest.mark.parametrize("noun", NOUNS)
async def test_an_omission_in_any_place_is_found(database: asyncpg.Connection, noun: str) -> None:
    """The negative control of the test before."""
    found = await places(noun, database)
    for place in found:
        planted = found | {place: found[place] - {"description"}}
        assert omissions(planted) == [f"{place} lacks description"]


@pytest.mark.parametrize("table", [*NOUNS, *(f"{noun}_revision" for noun in NOUNS)])
async def test_a_column_more_or_less_is_found(database: asyncpg.Connection, table: str) -> None:
    """Another one."""
    noun = table.removesuffix("_revision")
    await database.execute(f"ALTER TABLE {table} DROP COLUMN description")
    assert omissions(await places(noun, database)) == [f"table {table} lacks description"]
    await database.execute(f"ALTER TABLE {table} ADD description TEXT, ADD some_more TEXT")
    lacking = omissions(await places(noun, database))
    assert len(lacking) == 10
    assert all(lack.endswith(" lacks someMore") for lack in lacking)


def test_A1_every_model_setting_is_in_every_place() -> None:
    assert omissions(settings_places()) == []


def test_an_omission_of_a_model_setting_is_found() -> None:
    """The negative control of the test before."""
    for place, names in settings_places().items():
        planted = settings_places() | {place: names - {"maxTokens"}}
        assert omissions(planted) == [f"{place} lacks maxTokens"]
