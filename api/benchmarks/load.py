"""The data, written by SQL as the services would have written it."""

import json

import asyncpg

from tests.scenarios.documents import CLASSIFICATION_SCHEMA, MESSAGE_SCHEMA

AGENTS, TASKS, ASSIGNMENTS = 1_000, 100, 3

# UUIDv7-like: ordered by number, and plain to see where one came from.
UUID_OF = """
CREATE OR REPLACE FUNCTION pg_temp.id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(to_hex(25000000000 + n), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
    || '8000' || lpad(to_hex(n), 12, '0'))::uuid $$
"""
REQUEST, RESPONSE = (f"'{json.dumps(one)}'" for one in (MESSAGE_SCHEMA, CLASSIFICATION_SCHEMA))

PROVIDERS = """
INSERT INTO provider (id, name, name_key, type, base_url, is_active, revision, validation_status,
    validated_at, status_since, models, created_at, updated_at)
SELECT pg_temp.id(1, n), 'Vendor ' || n, 'vendor ' || n, 'OPENAI_COMPATIBLE', $1, true, 1,
    'CONNECTED', now(), now(), '["small"]', now(), now()
FROM generate_series(1, 10) n
"""
TASK_ROWS = f"""
INSERT INTO task (id, name, name_key, description, request_schema, response_schema, revision,
    created_at, updated_at)
SELECT pg_temp.id(2, n), 'Task ' || n, 'task ' || n, 'Sorts messages.', {REQUEST}, {RESPONSE}, 1,
    now(), now()
FROM generate_series(1, {TASKS}) n
"""
TASK_REVISIONS = """
INSERT INTO task_revision (id, task_id, revision, name, description, request_schema,
    response_schema, created_at, created_by)
SELECT id, id, 1, name, description, request_schema, response_schema, created_at, 'Bench' FROM task
"""
AGENT_ROWS = """
INSERT INTO agent (id, name, name_key, description, provider_id, system_prompt, user_prompt,
    model_name, model_settings, revision, created_at, updated_at)
SELECT pg_temp.id(3, n), 'Agent ' || lpad(n::text, 6, '0'), 'agent ' || lpad(n::text, 6, '0'),
    'Reads what customers write and says what it is about.', pg_temp.id(1, 1 + n % 10),
    'You sort messages into categories, and say how sure you are.', '{{message}}', 'small',
    '{"temperature": 0.2}', 1, now(), now()
FROM generate_series($1::bigint, $2::bigint) n
"""
AGENT_REVISIONS = """
INSERT INTO agent_revision (id, agent_id, revision, name, description, provider_id,
    provider_name, system_prompt, user_prompt, model_name, model_settings, created_at, created_by)
SELECT a.id, a.id, 1, a.name, a.description, p.id, p.name, a.system_prompt, a.user_prompt,
    a.model_name, a.model_settings, a.created_at, 'Bench'
FROM agent a JOIN provider p ON p.id = a.provider_id
ON CONFLICT DO NOTHING
"""
ASSIGNMENT_ROWS = f"""
INSERT INTO assignment (id, agent_id, agent_name, task_id, task_name, is_active, assigned_at)
SELECT pg_temp.id(4, n * {ASSIGNMENTS} + m), pg_temp.id(3, n), 'Agent ' || lpad(n::text, 6, '0'),
    pg_temp.id(2, 1 + (n + m) % {TASKS}), 'Task ' || (1 + (n + m) % {TASKS}), true, now()
FROM generate_series($1::bigint, $2::bigint) n, generate_series(0, {ASSIGNMENTS - 1}) m
"""


async def load(database_url: str, vendor_url: str, agents: int = AGENTS) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(UUID_OF)
        await connection.execute(PROVIDERS, vendor_url)
        await connection.execute(TASK_ROWS)
        await connection.execute(TASK_REVISIONS)
        await add_agents(connection, 1, agents)
    finally:
        await connection.close()


async def add_agents(
    connection: "asyncpg.Connection[asyncpg.Record]", first: int, last: int
) -> None:
    await connection.execute(UUID_OF)
    await connection.execute(AGENT_ROWS, first, last)
    await connection.execute(AGENT_REVISIONS)
    await connection.execute(ASSIGNMENT_ROWS, first, last)
    await connection.execute("VACUUM ANALYZE")
