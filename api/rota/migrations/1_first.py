"""The first schema: providers, agents, tasks, assignments, runs, access, audit."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS aerich (
            id SERIAL PRIMARY KEY,
            version VARCHAR(255) NOT NULL,
            app VARCHAR(100) NOT NULL,
            content JSONB NOT NULL
        );

        CREATE TABLE provider (
            id UUID PRIMARY KEY,
            name TEXT NOT NULL CHECK (name = btrim(name) AND char_length(name) BETWEEN 1 AND 100),
            name_key TEXT COLLATE "C" NOT NULL CHECK (name_key <> '')
                CONSTRAINT provider_name_unique UNIQUE,
            type TEXT NOT NULL,
            base_url TEXT CHECK (char_length(base_url) <= 2048),
            sealed_key TEXT,
            key_hint TEXT,
            is_active BOOLEAN NOT NULL,
            revision INT NOT NULL CHECK (revision > 0),
            validation_status TEXT NOT NULL
                CHECK (validation_status IN ('PENDING', 'VALIDATING', 'CONNECTED', 'ERROR')),
            validation_error TEXT,
            validated_at TIMESTAMPTZ,
            status_since TIMESTAMPTZ NOT NULL,
            models JSONB NOT NULL CHECK (jsonb_typeof(models) = 'array'),
            created_at TIMESTAMPTZ NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL,
            CONSTRAINT provider_type_rules CHECK (
                (type = 'OLLAMA' AND base_url IS NOT NULL AND sealed_key IS NULL)
                OR (type = 'OPENAI' AND base_url IS NULL AND sealed_key IS NOT NULL)
                OR (type = 'OPENAI_COMPATIBLE' AND base_url IS NOT NULL)
            ),
            CONSTRAINT provider_error_rules CHECK (
                (validation_status = 'ERROR') = (validation_error IS NOT NULL)
            )
        );
        CREATE INDEX provider_unsettled ON provider (status_since)
            WHERE validation_status IN ('PENDING', 'VALIDATING');

        CREATE TABLE agent (
            id UUID PRIMARY KEY,
            name TEXT NOT NULL CHECK (name = btrim(name) AND char_length(name) BETWEEN 1 AND 100),
            name_key TEXT COLLATE "C" NOT NULL CHECK (name_key <> '')
                CONSTRAINT agent_name_unique UNIQUE,
            description TEXT CHECK (char_length(description) <= 2000),
            provider_id UUID NOT NULL REFERENCES provider (id) ON DELETE RESTRICT,
            system_prompt TEXT NOT NULL
                CHECK (system_prompt ~ '[^[:space:]]' AND char_length(system_prompt) <= 100000),
            user_prompt TEXT CHECK (char_length(user_prompt) <= 100000),
            model_name TEXT NOT NULL
                CHECK (model_name ~ '[^[:space:]]' AND char_length(model_name) <= 200),
            model_settings JSONB NOT NULL CHECK (jsonb_typeof(model_settings) = 'object'),
            revision INT NOT NULL CHECK (revision > 0),
            created_at TIMESTAMPTZ NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX agent_provider ON agent (provider_id, name_key);

        CREATE TABLE agent_revision (
            id UUID PRIMARY KEY,
            agent_id UUID NOT NULL,
            revision INT NOT NULL CHECK (revision > 0),
            name TEXT NOT NULL,
            description TEXT,
            provider_id UUID NOT NULL,
            provider_name TEXT NOT NULL,
            system_prompt TEXT NOT NULL,
            user_prompt TEXT,
            model_name TEXT NOT NULL,
            model_settings JSONB NOT NULL,
            created_at TIMESTAMPTZ NOT NULL,
            created_by TEXT NOT NULL,
            CONSTRAINT agent_revision_unique UNIQUE (agent_id, revision)
        );
        CREATE INDEX agent_revision_newest ON agent_revision (agent_id, id);

        CREATE TABLE task (
            id UUID PRIMARY KEY,
            name TEXT NOT NULL CHECK (name = btrim(name) AND char_length(name) BETWEEN 1 AND 100),
            name_key TEXT COLLATE "C" NOT NULL CHECK (name_key <> '')
                CONSTRAINT task_name_unique UNIQUE,
            description TEXT CHECK (char_length(description) <= 2000),
            request_schema JSON CHECK (json_typeof(request_schema) = 'object'),
            response_schema JSON NOT NULL CHECK (json_typeof(response_schema) = 'object'),
            revision INT NOT NULL CHECK (revision > 0),
            created_at TIMESTAMPTZ NOT NULL,
            updated_at TIMESTAMPTZ NOT NULL
        );

        CREATE TABLE task_revision (
            id UUID PRIMARY KEY,
            task_id UUID NOT NULL,
            revision INT NOT NULL CHECK (revision > 0),
            name TEXT NOT NULL,
            description TEXT,
            request_schema JSON,
            response_schema JSON NOT NULL,
            created_at TIMESTAMPTZ NOT NULL,
            created_by TEXT NOT NULL,
            CONSTRAINT task_revision_unique UNIQUE (task_id, revision)
        );
        CREATE INDEX task_revision_newest ON task_revision (task_id, id);

        CREATE TABLE assignment (
            id UUID PRIMARY KEY,
            agent_id UUID NOT NULL,
            agent_name TEXT NOT NULL,
            task_id UUID NOT NULL,
            task_name TEXT NOT NULL,
            is_active BOOLEAN NOT NULL,
            assigned_at TIMESTAMPTZ NOT NULL
        );
        CREATE UNIQUE INDEX assignment_active_unique ON assignment (agent_id, task_id)
            WHERE is_active;
        CREATE INDEX assignment_agent ON assignment (agent_id, id);
        CREATE INDEX assignment_task ON assignment (task_id, id);

        CREATE TABLE run (
            id UUID PRIMARY KEY,
            status TEXT NOT NULL,
            assignment_id UUID NOT NULL REFERENCES assignment (id) ON DELETE RESTRICT,
            agent_id UUID NOT NULL,
            agent_name TEXT NOT NULL,
            agent_revision_id UUID NOT NULL REFERENCES agent_revision (id) ON DELETE RESTRICT,
            task_id UUID NOT NULL,
            task_name TEXT NOT NULL,
            task_revision_id UUID NOT NULL REFERENCES task_revision (id) ON DELETE RESTRICT,
            provider_id UUID REFERENCES provider (id) ON DELETE SET NULL,
            input JSON NOT NULL,
            output JSON,
            error_code TEXT CHECK (error_code IN (
                'PROVIDER_UNREACHABLE', 'PROVIDER_REFUSED', 'PROVIDER_FAILED', 'MODEL_NOT_FOUND',
                'RATE_LIMITED', 'TIMED_OUT', 'INPUT_TOO_LONG', 'OUTPUT_INVALID', 'LOST', 'INTERNAL'
            )),
            error_message TEXT,
            error_issues JSONB CHECK (jsonb_typeof(error_issues) = 'array'),
            idempotency_key TEXT CHECK (char_length(idempotency_key) BETWEEN 1 AND 200)
                CONSTRAINT run_idempotency_unique UNIQUE,
            created_by TEXT NOT NULL,
            attempt INT NOT NULL CHECK (attempt >= 0),
            lost_leases INT NOT NULL CHECK (lost_leases >= 0),
            worker TEXT,
            lease_until TIMESTAMPTZ,
            last_sequence INT NOT NULL CHECK (last_sequence > 0),
            usage_requests INT NOT NULL CHECK (usage_requests >= 0),
            usage_input_tokens INT NOT NULL CHECK (usage_input_tokens >= 0),
            usage_output_tokens INT NOT NULL CHECK (usage_output_tokens >= 0),
            cost_usd NUMERIC(20, 10) CHECK (cost_usd >= 0),
            queued_at TIMESTAMPTZ NOT NULL,
            started_at TIMESTAMPTZ,
            finished_at TIMESTAMPTZ,
            CONSTRAINT run_status_known CHECK (status IN (
                'QUEUED', 'RUNNING', 'CANCELLING', 'SUCCEEDED', 'FAILED', 'CANCELLED'
            )),
            CONSTRAINT run_output_rules CHECK ((status = 'SUCCEEDED') = (output IS NOT NULL)),
            CONSTRAINT run_error_rules CHECK (
                (status = 'FAILED') = (error_code IS NOT NULL)
                AND (error_code IS NULL) = (error_message IS NULL)
                AND (error_code IS NULL) = (error_issues IS NULL)
            ),
            CONSTRAINT run_lease_rules CHECK (
                (status IN ('RUNNING', 'CANCELLING')) = (lease_until IS NOT NULL)
            ),
            CONSTRAINT run_start_rules CHECK ((attempt > 0) = (started_at IS NOT NULL)),
            CONSTRAINT run_finish_rules CHECK (
                (status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = (finished_at IS NOT NULL)
            )
        );
        CREATE INDEX run_queue ON run (id) WHERE status = 'QUEUED';
        CREATE INDEX run_leases ON run (lease_until) WHERE status IN ('RUNNING', 'CANCELLING');
        CREATE INDEX run_assignment ON run (assignment_id, id);
        CREATE INDEX run_agent ON run (agent_id, id);
        CREATE INDEX run_task ON run (task_id, id);
        CREATE INDEX run_status ON run (status, id);
        CREATE INDEX run_queued_at ON run (queued_at);
        CREATE INDEX run_finished_at ON run (finished_at);
        CREATE INDEX run_agent_revision ON run (agent_revision_id);
        CREATE INDEX run_task_revision ON run (task_revision_id);
        CREATE INDEX run_provider ON run (provider_id);

        CREATE TABLE run_event (
            run_id UUID NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            sequence INT NOT NULL CHECK (sequence > 0),
            type TEXT NOT NULL CHECK (type IN (
                'QUEUED', 'STARTED', 'OUTPUT_DELTA', 'OUTPUT_REJECTED', 'RETRYING', 'REQUEUED',
                'CANCELLING', 'SUCCEEDED', 'FAILED', 'CANCELLED'
            )),
            at TIMESTAMPTZ NOT NULL,
            data JSON NOT NULL CHECK (json_typeof(data) = 'object'),
            PRIMARY KEY (run_id, sequence)
        );

        CREATE TABLE audit_entry (
            id UUID PRIMARY KEY,
            at TIMESTAMPTZ NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject_id UUID NOT NULL,
            subject_name TEXT NOT NULL,
            changes JSON NOT NULL CHECK (json_typeof(changes) = 'object')
        );
        CREATE INDEX audit_entry_subject ON audit_entry (subject_id, id);

        CREATE TABLE api_token (
            id UUID PRIMARY KEY,
            name TEXT NOT NULL CHECK (name = btrim(name) AND char_length(name) BETWEEN 1 AND 100),
            name_key TEXT COLLATE "C" NOT NULL CHECK (name_key <> '')
                CONSTRAINT api_token_name_unique UNIQUE,
            role SMALLINT NOT NULL CHECK (role BETWEEN 1 AND 4),
            secret_hash BYTEA NOT NULL CHECK (octet_length(secret_hash) = 32)
                CONSTRAINT api_token_secret_unique UNIQUE,
            created_at TIMESTAMPTZ NOT NULL,
            expires_at TIMESTAMPTZ,
            last_used_at TIMESTAMPTZ
        );

        CREATE TABLE session (
            id UUID PRIMARY KEY,
            name TEXT NOT NULL,
            role SMALLINT NOT NULL CHECK (role BETWEEN 1 AND 4),
            cookie_hash BYTEA NOT NULL CHECK (octet_length(cookie_hash) = 32)
                CONSTRAINT session_cookie_unique UNIQUE,
            half_hash BYTEA NOT NULL CHECK (octet_length(half_hash) = 32),
            token_id UUID REFERENCES api_token (id) ON DELETE CASCADE,
            created_at TIMESTAMPTZ NOT NULL,
            last_used_at TIMESTAMPTZ,
            expires_at TIMESTAMPTZ NOT NULL
        );
        CREATE INDEX session_token ON session (token_id);
        CREATE INDEX session_expires_at ON session (expires_at);

        CREATE TABLE sign_in_code (
            code_hash BYTEA PRIMARY KEY CHECK (octet_length(code_hash) = 32),
            name TEXT NOT NULL,
            role SMALLINT NOT NULL CHECK (role BETWEEN 1 AND 4),
            expires_at TIMESTAMPTZ NOT NULL
        );
    """


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE sign_in_code, session, api_token, audit_entry, run_event, run, assignment,
            task_revision, task, agent_revision, agent, provider;
    """
