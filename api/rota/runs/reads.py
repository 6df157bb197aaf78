"""The SQL that reads runs and their events, but for what a claim reads."""

from rota.platform.storage.statements import Statement

PLAN = Statement("""
    SELECT a.is_active, task_revision.id AS task_revision_id, task.request_schema,
        provider.id AS provider_id, provider.name AS provider_name,
        provider.is_active AS provider_is_active
    FROM assignment a
    LEFT JOIN agent ON agent.id = a.agent_id
    LEFT JOIN provider ON provider.id = agent.provider_id
    LEFT JOIN task ON task.id = a.task_id
    LEFT JOIN task_revision ON task_revision.task_id = task.id
        AND task_revision.revision = task.revision
    WHERE a.id = :assignment_id
""")

BY_KEY = Statement("SELECT * FROM run WHERE idempotency_key = :key")

UNFINISHED_OF_PROVIDER = Statement("""
    SELECT id FROM run
    WHERE provider_id = :provider_id AND status IN ('QUEUED', 'RUNNING', 'CANCELLING') LIMIT 1
""")

# Without the requests, which may be long.
EVENTS = Statement("""
    SELECT run_id, sequence, type, at, data, NULL::json AS requests FROM run_event
    WHERE run_id = :run_id AND sequence > :after
    ORDER BY sequence LIMIT :first
""")

EVENTS_BYTES = Statement("""
    SELECT coalesce(sum(octet_length(data::text)), 0)::bigint AS bytes, count(*) AS rows FROM (
        SELECT data FROM run_event WHERE run_id = :run_id AND sequence > :after
        ORDER BY sequence LIMIT :first
    ) event
""")

REQUESTS_BYTES = Statement("""
    SELECT coalesce(sum(octet_length(requests::text)), 0)::bigint AS bytes, count(*) AS rows
    FROM run_event WHERE run_id = :run_id AND requests IS NOT NULL
""")

# Each stands with the event that it led to.
REQUESTS = Statement("""
    SELECT requests FROM run_event WHERE run_id = :run_id AND requests IS NOT NULL ORDER BY sequence
""")

LATEST_USED_ASSIGNMENTS = Statement("""
    SELECT assignment_id FROM (SELECT id, assignment_id FROM run ORDER BY id DESC LIMIT 1000) latest
    GROUP BY assignment_id ORDER BY max(id::text) DESC LIMIT :most
""")

# Figures

COUNTS = Statement("SELECT status, count(*) AS number FROM run GROUP BY status")

COUNTS_OF_AGENTS = Statement("""
    SELECT agent_id, status, count(*) AS number FROM run
    WHERE agent_id = ANY (:agent_ids::uuid[])
        AND (status IN ('QUEUED', 'RUNNING', 'CANCELLING') OR finished_at >= :since)
    GROUP BY agent_id, status
""")

OLDEST_QUEUED = Statement("""
    SELECT extract(epoch FROM now() - min(queued_at))::float8 AS seconds FROM run
    WHERE status = 'QUEUED'
""")

LATENCIES = Statement("""
    SELECT
        percentile_cont(:quantiles::float8[]) WITHIN GROUP (
            ORDER BY extract(epoch FROM started_at - queued_at)::float8
        ) AS wait,
        percentile_cont(:quantiles) WITHIN GROUP (
            ORDER BY extract(epoch FROM finished_at - started_at)::float8
        ) AS duration
    FROM run
    WHERE finished_at > now() - interval '5 minutes' AND started_at IS NOT NULL
""")
