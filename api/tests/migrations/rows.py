"""A valid row of every table, to be spoiled in one place at a time."""

from datetime import UTC, datetime
from typing import Any

import asyncpg

from rota.platform.kernel.ids import new_id

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
IDS = {
    table: new_id()
    for table in (
        "provider", "agent", "agent_revision", "task", "task_revision", "assignment", "run",
        "ruled_out_mode", "audit_entry", "api_token", "session",
    )
}  # fmt: skip
NAMED = {"name": "Größe", "name_key": f"größe {IDS['run']}"}
DATED = {"created_at": NOW, "updated_at": NOW, "revision": 1}
AGENT = {
    "description": "Sorts.",
    "provider_id": IDS["provider"],
    "system_prompt": "Sort it.",
    "user_prompt": None,
    "model_name": "llama3.2",
    "model_settings": '{"temperature": 0.5}',
}
TASK = {"description": None, "request_schema": None, "response_schema": '{"type": "object"}'}
ROWS: dict[str, dict[str, Any]] = {
    "provider": {
        "id": IDS["provider"],
        **NAMED,
        **DATED,
        "type": "OLLAMA",
        "base_url": "http://127.0.0.1:9",
        "sealed_key": None,
        "key_hint": None,
        "is_active": True,
        "validation_status": "PENDING",
        "validation_error": None,
        "status_since": NOW,
        "models": '["llama3.2"]',
    },
    "agent": {"id": IDS["agent"], **NAMED, **DATED, **AGENT},
    "agent_revision": {
        "id": IDS["agent_revision"],
        "agent_id": IDS["agent"],
        "revision": 1,
        "name": "Größe",
        **AGENT,
        "provider_name": "Größe",
        "created_at": NOW,
        "created_by": "Ada",
    },
    "task": {"id": IDS["task"], **NAMED, **DATED, **TASK},
    "task_revision": {
        "id": IDS["task_revision"],
        "task_id": IDS["task"],
        "revision": 1,
        "name": "Größe",
        **TASK,
        "created_at": NOW,
        "created_by": "Ada",
    },
    "assignment": {
        "id": IDS["assignment"],
        "agent_id": IDS["agent"],
        "agent_name": "Größe",
        "task_id": IDS["task"],
        "task_name": "Größe",
        "is_active": True,
        "assigned_at": NOW,
    },
    "run": {
        "id": IDS["run"],
        "status": "QUEUED",
        "assignment_id": IDS["assignment"],
        "agent_id": IDS["agent"],
        "agent_name": "Größe",
        "agent_revision_id": IDS["agent_revision"],
        "task_id": IDS["task"],
        "task_name": "Größe",
        "task_revision_id": IDS["task_revision"],
        "provider_id": IDS["provider"],
        "input": '"text"',
        "created_by": "Ada",
        "attempt": 0,
        "lost_leases": 0,
        "last_sequence": 1,
        "usage_requests": 0,
        "usage_input_tokens": 0,
        "usage_output_tokens": 0,
        "queued_at": NOW,
    },
    "run_event": {"run_id": IDS["run"], "sequence": 1, "type": "QUEUED", "at": NOW, "data": "{}"},
    "ruled_out_mode": {
        "id": IDS["ruled_out_mode"],
        "provider_id": IDS["provider"],
        "connection_revision": 1,
        "model_name": "llama3.2",
        "contract_digest": "0" * 32,
        "mode": "ENFORCED",
        "message": "It said no.",
        "ruled_out_at": NOW,
    },
    "encryption_check": {"id": 1, "sealed": "gAAAA"},
    "audit_entry": {
        "id": IDS["audit_entry"],
        "at": NOW,
        "actor": "Ada",
        "action": "agent.created",
        "subject_id": IDS["agent"],
        "subject_name": "Größe",
        "changes": "{}",
    },
    "api_token": {
        "id": IDS["api_token"],
        **NAMED,
        "role": 1,
        "secret_hash": IDS["api_token"].bytes * 2,
        "created_at": NOW,
    },
    "session": {
        "id": IDS["session"],
        "name": "Ada",
        "role": 4,
        "cookie_hash": IDS["session"].bytes * 2,
        "half_hash": IDS["session"].bytes * 2,
        "token_id": IDS["api_token"],
        "created_at": NOW,
        "expires_at": NOW,
    },
    "sign_in_code": {
        "code_hash": IDS["session"].bytes * 2,
        "name": "Ada",
        "role": 4,
        "expires_at": NOW,
    },
}
STARTED = {"attempt": 1, "started_at": NOW, "worker": "host:1"}
RUNNING = {"status": "RUNNING", "lease_until": NOW, **STARTED}
SUCCEEDED = {"status": "SUCCEEDED", "output": "{}", "finished_at": NOW, **STARTED}
FAILED = {
    "status": "FAILED",
    "error_code": "LOST",
    "error_message": "It is gone.",
    "error_issues": "[]",
    "finished_at": NOW,
    **STARTED,
}
CANCELLED = {"status": "CANCELLED", "finished_at": NOW}


async def insert(connection: asyncpg.Connection, table: str, **changes: Any) -> None:
    await insert_row(connection, table, ROWS[table] | changes)


async def insert_row(connection: asyncpg.Connection, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(row)
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())


async def insert_all(connection: asyncpg.Connection, until: str | None = None) -> None:
    """A row in every table, or in those before `until`."""
    for table in ROWS:
        if table == until:
            return
        await insert(connection, table)
