"""What a run was sent and heard, which modes a server refused, the right address of one, and
which encryption key is this database's."""

UPGRADE = """
    ALTER TABLE provider
        ADD connection_revision INT NOT NULL DEFAULT 1 CHECK (connection_revision > 0),
        ADD validation_fix JSONB CHECK (jsonb_typeof(validation_fix) = 'object');

    -- By what a server refused, it is not asked again.
    CREATE TABLE ruled_out_mode (
        id UUID PRIMARY KEY,
        provider_id UUID NOT NULL REFERENCES provider (id) ON DELETE CASCADE,
        connection_revision INT NOT NULL CHECK (connection_revision > 0),
        model_name TEXT NOT NULL,
        contract_digest TEXT NOT NULL CHECK (contract_digest ~ '^[0-9a-f]{32}$'),
        mode TEXT NOT NULL
            CHECK (mode IN ('ENFORCED_AND_SHOWN', 'ENFORCED', 'JSON_AND_SHOWN', 'SHOWN', 'TOOL')),
        message TEXT NOT NULL,
        ruled_out_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ruled_out_mode_unique
            UNIQUE (provider_id, connection_revision, model_name, contract_digest, mode)
    );

    -- Sealed under the encryption key, which has to open it.
    CREATE TABLE encryption_check (
        id SMALLINT PRIMARY KEY CHECK (id = 1),
        sealed TEXT NOT NULL
    );

    ALTER TABLE run
        ADD output_mode TEXT CONSTRAINT run_output_mode_known CHECK (output_mode IN
            ('ENFORCED_AND_SHOWN', 'ENFORCED', 'JSON_AND_SHOWN', 'SHOWN', 'TOOL')),
        ADD thoughts TEXT,
        ADD interruptions INT NOT NULL DEFAULT 0 CHECK (interruptions >= 0),
        ADD vendor_message TEXT CHECK (char_length(vendor_message) BETWEEN 1 AND 2000),
        ADD usage_cached_tokens INT CHECK (usage_cached_tokens >= 0),
        DROP CONSTRAINT run_error_code_check,
        ADD CONSTRAINT run_error_code_known CHECK (error_code IN (
            'PROVIDER_UNREACHABLE', 'PROVIDER_REFUSED', 'PROVIDER_FAILED', 'MODEL_NOT_FOUND',
            'RATE_LIMITED', 'TIMED_OUT', 'INPUT_TOO_LONG', 'PROMPT_TRUNCATED', 'OUTPUT_INVALID',
            'OUTPUT_TRUNCATED', 'CONTENT_REFUSED', 'LOST', 'INTERNAL'
        ));

    -- The requests to the vendor that led to the event.
    ALTER TABLE run_event ADD requests JSON CHECK (json_typeof(requests) = 'array');
"""

DOWNGRADE = """
    ALTER TABLE run_event DROP requests;
    UPDATE run SET error_code = CASE error_code WHEN 'PROMPT_TRUNCATED' THEN 'INPUT_TOO_LONG'
        ELSE 'PROVIDER_FAILED' END
    WHERE error_code IN ('PROMPT_TRUNCATED', 'OUTPUT_TRUNCATED', 'CONTENT_REFUSED');
    ALTER TABLE run
        DROP CONSTRAINT run_error_code_known,
        ADD CONSTRAINT run_error_code_check CHECK (error_code IN (
            'PROVIDER_UNREACHABLE', 'PROVIDER_REFUSED', 'PROVIDER_FAILED', 'MODEL_NOT_FOUND',
            'RATE_LIMITED', 'TIMED_OUT', 'INPUT_TOO_LONG', 'OUTPUT_INVALID', 'LOST', 'INTERNAL'
        )),
        DROP usage_cached_tokens,
        DROP vendor_message,
        DROP interruptions,
        DROP thoughts,
        DROP output_mode;
    DROP TABLE encryption_check;
    DROP TABLE ruled_out_mode;
    ALTER TABLE provider DROP validation_fix, DROP connection_revision;
"""
