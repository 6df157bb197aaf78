"""Models have the columns that their tables have, and the tests know every table."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tortoise import Tortoise

from tests.conftest import TABLES
from tests.migrations.rows import ROWS
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


def models() -> dict[str, Any]:
    """By table."""
    found = Tortoise.apps["models"].values()
    return {model._meta.db_table: model for model in found}


async def faults(database: asyncpg.Connection) -> list[str]:
    """Columns that only one of the two has, or that may be null in one of them alone."""
    rows = await database.fetch(
        "SELECT table_name::text, column_name::text, is_nullable = 'YES' "
        # The table of versions has no model.
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'aerich'"
    )
    stored = {(table, column): nullable for table, column, nullable in rows}
    written = {
        (table, column): model._meta.fields_map[name].null
        for table, model in models().items()
        for name, column in model._meta.fields_db_projection.items()
    }
    return sorted(
        f"{table}.{column}"
        for table, column in stored.keys() | written.keys()
        if stored.get((table, column)) != written.get((table, column))
    )


@pytest.mark.usefixtures("resources")
async def test_X11_models_and_tables_have_the_same_columns(database: asyncpg.Connection) -> None:
    assert await faults(database) == []


@pytest.mark.usefixtures("resources")
@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("ADD planted TEXT", "task.planted"),
        ("DROP COLUMN description", "task.description"),
        ("ALTER COLUMN response_schema DROP NOT NULL", "task.response_schema"),
        ("ALTER COLUMN description SET NOT NULL", "task.description"),
    ],
)
async def test_a_column_that_differs_is_found(
    database: asyncpg.Connection, change: str, column: str
) -> None:
    """The negative control of the test before."""
    await database.execute(f"ALTER TABLE task {change}")
    assert await faults(database) == [column]


@pytest.mark.usefixtures("resources")
def test_the_tests_know_every_table() -> None:
    tables = models().keys()
    assert set(TABLES.split(", ")) == set(ROWS) == tables
