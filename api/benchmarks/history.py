"""Runs that ended long ago, with their events: many of them, written by SQL."""

import asyncpg

from benchmarks.load import AGENTS, ASSIGNMENTS, UUID_OF

RUN_ROWS = f"""
INSERT INTO run (id, status, assignment_id, agent_id, agent_name, agent_revision_id, task_id,
    task_name, task_revision_id, provider_id, input, output, error_code, error_message,
    error_issues, created_by, attempt, lost_leases, last_sequence, usage_requests,
    usage_input_tokens, usage_output_tokens, queued_at, started_at, finished_at)
SELECT pg_temp.id(5, n), CASE WHEN n % 20 = 0 THEN 'FAILED' ELSE 'SUCCEEDED' END,
    s.id, s.agent_id, s.agent_name, s.agent_id, s.task_id, s.task_name, s.task_id, NULL,
    '{{"message": "It does not start any more."}}',
    CASE WHEN n % 20 > 0 THEN '{{"category": "bug", "confidence": 0.9}}'::json END,
    CASE WHEN n % 20 = 0 THEN 'TIMED_OUT' END,
    CASE WHEN n % 20 = 0 THEN 'It took too long.' END,
    CASE WHEN n % 20 = 0 THEN '[]'::jsonb END,
    'Bench', 1, 0, $3, 1, 100, 20, at, at, at
FROM generate_series($1::bigint, $2::bigint) n
CROSS JOIN LATERAL (SELECT now() - interval '30 days' + n * interval '1 second' AS at) moment
JOIN assignment s ON s.id = pg_temp.id(4, {ASSIGNMENTS} + n % ({AGENTS} * {ASSIGNMENTS}))
"""
EVENT_ROWS = """
INSERT INTO run_event (run_id, sequence, type, at, data)
SELECT pg_temp.id(5, n), sequence,
    CASE sequence WHEN 1 THEN 'QUEUED' WHEN 2 THEN 'STARTED'
        WHEN $3 THEN CASE WHEN n % 20 = 0 THEN 'FAILED' ELSE 'SUCCEEDED' END
        ELSE 'OUTPUT_DELTA' END,
    now() - interval '30 days' + n * interval '1 second',
    CASE sequence WHEN 2 THEN '{"worker": "bench", "attempt": 1, "modelName": "small"}'::json
        WHEN 1 THEN '{}' WHEN $3 THEN '{}' ELSE '{"text": "some words of it"}' END
FROM generate_series($1::bigint, $2::bigint) n, generate_series(1, $3::int) sequence
"""


async def add_runs(
    connection: "asyncpg.Connection[asyncpg.Record]", first: int, last: int, events: int
) -> None:
    """Foreign keys are right by construction; checking millions takes longer than writing them."""
    await connection.execute(UUID_OF)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(RUN_ROWS, first, last, events)
    await connection.execute(EVENT_ROWS, first, last, events)
    await connection.execute("RESET session_replication_role")
    await connection.execute("VACUUM ANALYZE")
