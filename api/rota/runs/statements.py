"""The SQL of runs. All that writes `run` or `run_event` stands here, one statement a transition.

A fenced statement takes the run's row lock, checks attempt and status, counts the sequence up and
inserts the event: so the sequence has no gaps, and whoever lost the claim writes nothing. What
changes a status answers with the transition: what it was, what it is, what lists filter by, and the
event that tells of it.
"""

from rota.platform.storage.statements import Statement

# From outside

# Made of what is newest in this moment, where the input was checked against the newest task.
QUEUE = Statement("""
    WITH made AS (
        INSERT INTO run (
            id, status, assignment_id, agent_id, agent_name, agent_revision_id, task_id, task_name,
            task_revision_id, provider_id, input, idempotency_key, created_by, queued_at,
            attempt, lost_leases, last_sequence,
            usage_requests, usage_input_tokens, usage_output_tokens
        )
        SELECT :id, 'QUEUED', a.id, agent.id, agent.name, agent_revision.id, task.id, task.name,
            task_revision.id, provider.id, :input::json, :idempotency_key::text, :created_by,
            :queued_at::timestamptz, 0, 0, 1, 0, 0, 0
        FROM assignment AS a
        JOIN agent ON agent.id = a.agent_id
        JOIN agent_revision ON agent_revision.agent_id = agent.id
            AND agent_revision.revision = agent.revision
        JOIN provider ON provider.id = agent.provider_id AND provider.is_active
        JOIN task ON task.id = a.task_id
        JOIN task_revision ON task_revision.task_id = task.id
            AND task_revision.revision = task.revision
        WHERE a.id = :assignment_id AND a.is_active AND task_revision.id = :task_revision_id
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING id, status, attempt, last_sequence, agent_id, agent_name, agent_revision_id,
            task_id, task_name, task_revision_id, assignment_id, provider_id, created_by, queued_at,
            idempotency_key
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data)
        SELECT id, last_sequence, 'QUEUED', queued_at, '{}' FROM made RETURNING type, at, data
    )
    SELECT NULL AS from_status, made.*, told.type AS event_type, told.at, told.data FROM made, told
""")

LOCK = Statement("SELECT * FROM run WHERE id = :id FOR UPDATE")

CANCEL_QUEUED = Statement("""
    WITH ended AS (
        UPDATE run SET status = 'CANCELLED', finished_at = :now, last_sequence = last_sequence + 1
        WHERE id = :id AND status = 'QUEUED'
        RETURNING id, status, attempt, last_sequence, agent_id, task_id, assignment_id
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data)
        SELECT id, last_sequence, 'CANCELLED', :now, '{}' FROM ended
        RETURNING run_id, type, at, data
    )
    SELECT 'QUEUED' AS from_status, ended.*, told.type AS event_type, told.at, told.data
    FROM ended JOIN told ON told.run_id = ended.id
""")

CANCEL_RUNNING = Statement("""
    WITH asked AS (
        UPDATE run SET status = 'CANCELLING', last_sequence = last_sequence + 1
        WHERE id = :id AND status = 'RUNNING'
        RETURNING id, status, attempt, last_sequence, agent_id, task_id, assignment_id
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data)
        SELECT id, last_sequence, 'CANCELLING', :now, '{}' FROM asked
        RETURNING run_id, type, at, data
    )
    SELECT 'RUNNING' AS from_status, asked.*, told.type AS event_type, told.at, told.data
    FROM asked JOIN told ON told.run_id = asked.id
""")

# By a worker

# The mode: the chosen one, else what the provider takes by what is known of it. A schema of more
# than some 2,000 tokens is not shown as well.
CLAIM = Statement("""
    WITH next AS (
        SELECT id, agent_revision_id, task_revision_id, provider_id FROM run
        WHERE status = 'QUEUED' AND (:provider_id::uuid IS NULL OR provider_id = :provider_id)
            AND coalesce(provider_id <> ALL (:other_than::uuid[]), true)
        ORDER BY id LIMIT :room FOR UPDATE SKIP LOCKED
    ), planned AS (
        SELECT next.id, agent.model_name, CASE
            WHEN agent.model_settings ->> 'output_mode' <> 'AUTO'
                THEN agent.model_settings ->> 'output_mode'
            WHEN EXISTS (
                SELECT 1 FROM ruled_out_mode AS out
                WHERE out.provider_id = provider.id
                    AND out.connection_revision = provider.connection_revision
                    AND out.model_name = agent.model_name AND out.mode LIKE 'ENFORCED%'
                    AND out.contract_digest = md5(task.response_schema::text)
            ) THEN 'SHOWN'
            WHEN provider.type = 'OPENAI' OR octet_length(task.response_schema::text) > :max_shown
                THEN 'ENFORCED'
            ELSE 'ENFORCED_AND_SHOWN' END AS output_mode
        FROM next JOIN agent_revision AS agent ON agent.id = agent_revision_id
        JOIN task_revision AS task ON task.id = task_revision_id
        LEFT JOIN provider ON provider.id = next.provider_id
    ), claimed AS (
        UPDATE run SET status = 'RUNNING', attempt = attempt + 1, worker = :worker,
            lease_until = now() + interval '10 seconds', started_at = coalesce(started_at, now()),
            last_sequence = last_sequence + 1, output_mode = planned.output_mode
        FROM planned WHERE run.id = planned.id
        RETURNING run.*
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data)
        SELECT id, last_sequence, 'STARTED', now(), json_build_object('attempt', attempt,
            'worker', :worker::text, 'modelName', model_name, 'outputMode', output_mode)
        FROM claimed JOIN planned USING (id, output_mode)
        RETURNING run_id, type, at, data
    )
    SELECT 'QUEUED' AS from_status, claimed.*, told.type AS event_type, told.at, told.data,
        provider.name AS provider_name, provider.type AS provider_type,
        provider.base_url AS provider_base_url, provider.sealed_key AS provider_sealed_key,
        provider.connection_revision AS provider_connection_revision
    FROM claimed JOIN told ON told.run_id = claimed.id
    LEFT JOIN provider ON provider.id = claimed.provider_id
    ORDER BY claimed.id
""")

RULE_OUT = Statement("""
    INSERT INTO ruled_out_mode (
        id, provider_id, connection_revision, model_name, contract_digest, mode, message,
        ruled_out_at
    )
    SELECT gen_random_uuid(), run.provider_id, :connection_revision::int, agent.model_name,
        md5(task.response_schema::text), mode, :message::text, now()
    FROM run JOIN agent_revision AS agent ON agent.id = agent_revision_id
    JOIN task_revision AS task ON task.id = task_revision_id
    JOIN provider ON provider.id = run.provider_id
    CROSS JOIN unnest(:modes::text[]) AS mode
    WHERE run.id = :id
    ON CONFLICT DO NOTHING
""")

APPEND = Statement("""
    WITH fenced AS (
        UPDATE run SET last_sequence = last_sequence + 1,
            lease_until = now() + interval '10 seconds',
            output_mode = coalesce(:output_mode::text, output_mode)
        WHERE id = :id AND attempt = :attempt AND status = 'RUNNING'
        RETURNING id, last_sequence
    )
    INSERT INTO run_event (run_id, sequence, type, at, data, requests)
    SELECT id, last_sequence, :type::text, now(), :data::json, :exchanges::json FROM fenced
    RETURNING run_id, sequence, type, at
""")

SUCCEED = Statement("""
    WITH fenced AS (
        UPDATE run SET status = 'SUCCEEDED', output = :output::json, finished_at = now(),
            lease_until = NULL,
            last_sequence = last_sequence + CASE WHEN :last_delta::json IS NULL THEN 1 ELSE 2 END,
            usage_requests = usage_requests + :requests,
            usage_input_tokens = least(usage_input_tokens + :input_tokens::bigint, 2147483647),
            usage_output_tokens = least(usage_output_tokens + :output_tokens::bigint, 2147483647),
            usage_cached_tokens = CASE WHEN :cached_tokens::bigint IS NULL THEN usage_cached_tokens
                ELSE least(coalesce(usage_cached_tokens, 0) + :cached_tokens, 2147483647) END,
            thoughts = coalesce(:thoughts::text, thoughts),
            cost_usd = CASE WHEN :cost_usd::numeric IS NULL THEN cost_usd
                ELSE coalesce(cost_usd, 0) + :cost_usd END
        WHERE id = :id AND attempt = :attempt AND status = 'RUNNING'
        RETURNING id, status, attempt, last_sequence, agent_id, task_id, assignment_id,
            usage_requests, usage_input_tokens, usage_output_tokens, usage_cached_tokens, cost_usd
    ), said AS (
        INSERT INTO run_event (run_id, sequence, type, at, data)
        SELECT id, last_sequence - 1, 'OUTPUT_DELTA', now(), :last_delta FROM fenced
        WHERE :last_delta IS NOT NULL
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data, requests)
        SELECT id, last_sequence, 'SUCCEEDED', now(), '{}', :exchanges::json FROM fenced
        RETURNING run_id, type, at, data
    )
    SELECT 'RUNNING' AS from_status, fenced.*, told.type AS event_type, told.at, told.data
    FROM fenced JOIN told ON told.run_id = fenced.id
""")

FAIL = Statement("""
    WITH fenced AS (
        UPDATE run SET status = 'FAILED', error_code = :code, error_message = :message,
            error_issues = :issues::jsonb, vendor_message = :vendor_message,
            finished_at = now(), lease_until = NULL,
            last_sequence = last_sequence + 1,
            usage_requests = usage_requests + :requests,
            usage_input_tokens = least(usage_input_tokens + :input_tokens::bigint, 2147483647),
            usage_output_tokens = least(usage_output_tokens + :output_tokens::bigint, 2147483647),
            usage_cached_tokens = CASE WHEN :cached_tokens::bigint IS NULL THEN usage_cached_tokens
                ELSE least(coalesce(usage_cached_tokens, 0) + :cached_tokens, 2147483647) END,
            thoughts = coalesce(:thoughts::text, thoughts),
            cost_usd = CASE WHEN :cost_usd::numeric IS NULL THEN cost_usd
                ELSE coalesce(cost_usd, 0) + :cost_usd END
        WHERE id = :id AND attempt = :attempt AND status = 'RUNNING'
        RETURNING id, status, attempt, last_sequence, agent_id, task_id, assignment_id
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data, requests)
        SELECT id, last_sequence, 'FAILED', now(), '{}', :exchanges::json FROM fenced
        RETURNING run_id, type, at, data
    )
    SELECT 'RUNNING' AS from_status, fenced.*, told.type AS event_type, told.at, told.data
    FROM fenced JOIN told ON told.run_id = fenced.id
""")

CONFIRM_CANCELLED = Statement("""
    WITH fenced AS (
        UPDATE run SET status = 'CANCELLED', finished_at = now(), lease_until = NULL,
            last_sequence = last_sequence + 1,
            usage_requests = usage_requests + :requests,
            usage_input_tokens = least(usage_input_tokens + :input_tokens::bigint, 2147483647),
            usage_output_tokens = least(usage_output_tokens + :output_tokens::bigint, 2147483647),
            usage_cached_tokens = CASE WHEN :cached_tokens::bigint IS NULL THEN usage_cached_tokens
                ELSE least(coalesce(usage_cached_tokens, 0) + :cached_tokens, 2147483647) END,
            thoughts = coalesce(:thoughts::text, thoughts),
            cost_usd = CASE WHEN :cost_usd::numeric IS NULL THEN cost_usd
                ELSE coalesce(cost_usd, 0) + :cost_usd END
        WHERE id = :id AND attempt = :attempt AND status = 'CANCELLING'
        RETURNING id, status, attempt, last_sequence, agent_id, task_id, assignment_id
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data, requests)
        SELECT id, last_sequence, 'CANCELLED', now(), '{}', :exchanges::json FROM fenced
        RETURNING run_id, type, at, data
    )
    SELECT 'CANCELLING' AS from_status, fenced.*, told.type AS event_type, told.at, told.data
    FROM fenced JOIN told ON told.run_id = fenced.id
""")

# `counted` is 0 where the worker ends in order, and 1 where it could not go on.
REQUEUE = Statement("""
    WITH fenced AS (
        UPDATE run SET lease_until = NULL, worker = NULL, last_sequence = last_sequence + 1,
            interruptions = interruptions + :counted::int,
            status = CASE WHEN interruptions + :counted >= :max_interruptions THEN 'FAILED'
                ELSE 'QUEUED' END,
            finished_at = CASE WHEN interruptions + :counted >= :max_interruptions
                THEN now() END,
            error_code = CASE WHEN interruptions + :counted >= :max_interruptions
                THEN 'LOST' END,
            error_message = CASE WHEN interruptions + :counted >= :max_interruptions
                THEN :message::text END,
            error_issues = CASE WHEN interruptions + :counted >= :max_interruptions
                THEN '[]'::jsonb END,
            usage_requests = usage_requests + :requests,
            usage_input_tokens = least(usage_input_tokens + :input_tokens::bigint, 2147483647),
            usage_output_tokens = least(usage_output_tokens + :output_tokens::bigint, 2147483647),
            usage_cached_tokens = CASE WHEN :cached_tokens::bigint IS NULL THEN usage_cached_tokens
                ELSE least(coalesce(usage_cached_tokens, 0) + :cached_tokens, 2147483647) END,
            thoughts = coalesce(:thoughts::text, thoughts),
            cost_usd = CASE WHEN :cost_usd::numeric IS NULL THEN cost_usd
                ELSE coalesce(cost_usd, 0) + :cost_usd END
        WHERE id = :id AND attempt = :attempt AND status = 'RUNNING'
        RETURNING id, status, attempt, last_sequence, agent_id, task_id, assignment_id
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data, requests)
        SELECT id, last_sequence, CASE status WHEN 'QUEUED' THEN 'REQUEUED' ELSE status END, now(),
            CASE status WHEN 'QUEUED' THEN json_build_object('reason', :reason::text)
                ELSE '{}'::json END,
            :exchanges::json
        FROM fenced
        RETURNING run_id, type, at, data
    )
    SELECT 'RUNNING' AS from_status, fenced.*, told.type AS event_type, told.at, told.data
    FROM fenced JOIN told ON told.run_id = fenced.id
""")

STATUS_OF_CLAIM = Statement("SELECT status FROM run WHERE id = :id AND attempt = :attempt")

RENEW = Statement("""
    UPDATE run SET lease_until = now() + interval '10 seconds'
    FROM unnest(:ids::uuid[], :attempts::int[]) AS held (id, attempt)
    WHERE run.id = held.id AND run.attempt = held.attempt
        AND run.status IN ('RUNNING', 'CANCELLING')
    RETURNING run.id, run.attempt, run.status
""")

SWEEP = Statement("""
    WITH expired AS (
        SELECT id, status AS from_status, lost_leases + 1 AS losses FROM run
        WHERE status IN ('RUNNING', 'CANCELLING') AND lease_until < now()
        ORDER BY lease_until LIMIT 100 FOR UPDATE SKIP LOCKED
    ), settled AS (
        UPDATE run SET
            status = CASE WHEN from_status = 'CANCELLING' THEN 'CANCELLED'
                WHEN losses >= :max_losses THEN 'FAILED' ELSE 'QUEUED' END,
            lost_leases = losses, lease_until = NULL, worker = NULL,
            last_sequence = last_sequence + 1,
            finished_at = CASE WHEN from_status = 'CANCELLING' OR losses >= :max_losses
                THEN now() END,
            error_code = CASE WHEN from_status = 'RUNNING' AND losses >= :max_losses
                THEN 'LOST' END,
            error_message = CASE WHEN from_status = 'RUNNING' AND losses >= :max_losses
                THEN :message END,
            error_issues = CASE WHEN from_status = 'RUNNING' AND losses >= :max_losses
                THEN '[]'::jsonb END
        FROM expired WHERE run.id = expired.id
        RETURNING from_status, run.id, status, attempt, last_sequence, agent_id, task_id,
            assignment_id
    ), told AS (
        INSERT INTO run_event (run_id, sequence, type, at, data)
        SELECT id, last_sequence, CASE status WHEN 'QUEUED' THEN 'REQUEUED' ELSE status END, now(),
            CASE status WHEN 'QUEUED' THEN json_build_object('reason', :reason::text)
                ELSE '{}'::json END
        FROM settled
        RETURNING run_id, type, at, data
    )
    SELECT settled.*, told.type AS event_type, told.at, told.data
    FROM settled JOIN told ON told.run_id = settled.id
""")

# Removal; events go with their run

PRUNABLE = Statement("""
    SELECT id, finished_at FROM run
    WHERE finished_at < :before AND (finished_at, id) > (:after::timestamptz, :after_id::uuid)
    ORDER BY finished_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
""")

PRUNE = Statement("DELETE FROM run WHERE id = ANY (:ids::uuid[]) RETURNING id")
