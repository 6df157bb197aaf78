"""An index stands behind every reference and every order that lists are read in."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.stores import Stores

# What services filter by (each alone), then what they sort by.
ORDERS = [
    ("provider", "name_key"),
    ("agent", "name_key"),
    ("agent", "provider_id name_key"),
    ("task", "name_key"),
    ("agent_revision", "id"),
    ("agent_revision", "agent_id id"),
    ("agent_revision", "agent_id revision"),
    ("task_revision", "id"),
    ("task_revision", "task_id id"),
    ("task_revision", "task_id revision"),
    ("assignment", "id"),
    ("assignment", "agent_id id"),
    ("assignment", "task_id id"),
    ("run", "id"),
    ("run", "agent_id id"),
    ("run", "task_id id"),
    ("run", "assignment_id id"),
    ("run", "status id"),
    ("run", "queued_at"),
    ("run", "finished_at"),
    ("run_event", "run_id sequence"),
    ("audit_entry", "id"),
    ("audit_entry", "subject_id id"),
    ("api_token", "id"),
    ("session", "id"),
    ("session", "expires_at"),
]


@pytest.fixture
async def database(stores: Stores) -> AsyncIterator[asyncpg.Connection]:
    """Whatever happens here is taken back."""
    connection = await asyncpg.connect(stores.database_url)
    await connection.execute("BEGIN")
    try:
        yield connection
    finally:
        await connection.close()


async def unindexed_references(database: asyncpg.Connection) -> list[str]:
    rows = await database.fetch(
        """
        SELECT conrelid::regclass::text AS place FROM pg_constraint c
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index i
            WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
                AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey
        )
        """
    )
    return [row["place"] for row in rows]


async def is_indexed(database: asyncpg.Connection, table: str, columns: str) -> bool:
    """Whether an index of all rows begins with these columns."""
    rows = await database.fetch(
        """
        SELECT array(
            SELECT attname::text FROM unnest(indkey::int2[]) WITH ORDINALITY k (attnum, place)
            JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.attnum ORDER BY place
        ) AS columns
        FROM pg_index WHERE indrelid = $1::text::regclass AND indisvalid AND indpred IS NULL
        """,
        table,
    )
    wanted = columns.split()
    return any(row["columns"][: len(wanted)] == wanted for row in rows)


async def test_every_reference_has_an_index(database: asyncpg.Connection) -> None:
    assert await unindexed_references(database) == []


async def test_a_reference_without_an_index_is_found(database: asyncpg.Connection) -> None:
    """The negative control of the test before."""
    await database.execute(
        "CREATE TABLE planted (id INT, provider_id UUID REFERENCES provider (id))"
    )
    await database.execute("CREATE INDEX ON planted (id, provider_id)")
    await database.execute("CREATE INDEX ON planted (provider_id) WHERE id > 1")
    assert await unindexed_references(database) == ["planted"]
    await database.execute("CREATE INDEX ON planted (provider_id, id)")
    assert await unindexed_references(database) == []


@pytest.mark.parametrize(("table", "columns"), ORDERS)
async def test_A1_every_order_of_a_list_has_an_index(
    database: asyncpg.Connection, table: str, columns: str
) -> None:
    assert await is_indexed(database, table, columns)


async def test_an_order_without_an_index_is_found(database: asyncpg.Connection) -> None:
    """The negative control of the test before."""
    assert not await is_indexed(database, "run", "worker")
    assert not await is_indexed(database, "run", "id status")
    assert not await is_indexed(database, "provider", "status_since")


@pytest.mark.parametrize(
    ("index", "condition"),
    [
        ("run_queue", "(status = 'QUEUED'::text)"),
        ("run_leases", "(status = ANY (ARRAY['RUNNING'::text, 'CANCELLING'::text]))"),
        (
            "provider_unsettled",
            "(validation_status = ANY (ARRAY['PENDING'::text, 'VALIDATING'::text]))",
        ),
        ("assignment_active_unique", "is_active"),
    ],
)
async def test_what_is_looked_for_each_second_has_an_index_of_its_own(
    database: asyncpg.Connection, index: str, condition: str
) -> None:
    definition = await database.fetchval(
        "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = $1::text::regclass",
        index,
    )
    assert definition == condition
