"""What the database itself refuses, whoever writes into it."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from rota.agents.service import MAX_DESCRIPTION_LENGTH, MAX_MODEL_NAME_LENGTH, MAX_PROMPT_LENGTH
from rota.inference.errors import RunErrorCode
from rota.inference.modes import OutputMode
from rota.platform.kernel.ids import new_id
from rota.runs.models import EventType, RunStatus
from rota.runs.queueing import MAX_KEY_LENGTH
from tests.migrations.rows import (
    CANCELLED,
    FAILED,
    NOW,
    ROWS,
    RUNNING,
    STARTED,
    SUCCEEDED,
    insert,
    insert_all,
)
from tests.stores import Stores

OPENAI = {"type": "OPENAI", "base_url": None, "sealed_key": "sealed", "key_hint": "…"}
COMPATIBLE = {"type": "OPENAI_COMPATIBLE"}
KEY = {"sealed_key": "sealed", "key_hint": "…"}
MODES = {"run": "output_mode", "ruled_out_mode": "mode"}

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("provider", OPENAI),
    ("provider", COMPATIBLE),
    ("provider", COMPATIBLE | KEY),
    ("provider", {"validation_status": "ERROR", "validation_error": "It is away."}),
    ("provider", {"name": "ß" * 100}),
    ("provider", {"validation_fix": None}),
    ("provider", {"validation_fix": '{"label": "Use it", "baseUrl": "http://127.0.0.1:9/v1"}'}),
    (
        "agent",
        {"system_prompt": "x" * MAX_PROMPT_LENGTH, "model_name": "x" * MAX_MODEL_NAME_LENGTH},
    ),
    (
        "agent",
        {"description": "x" * MAX_DESCRIPTION_LENGTH, "user_prompt": "x" * MAX_PROMPT_LENGTH},
    ),
    ("task", {"request_schema": "{}"}),
    ("run", RUNNING),
    ("run", RUNNING | {"status": "CANCELLING"}),
    ("run", SUCCEEDED),
    ("run", FAILED),
    ("run", CANCELLED),
    ("run", CANCELLED | STARTED),
    ("run", STARTED | {"worker": None}),  # back in the queue
    ("run", {"provider_id": None, "idempotency_key": "x" * MAX_KEY_LENGTH}),
    *[("run", FAILED | {"error_code": code.value}) for code in RunErrorCode],
    *[("run", SUCCEEDED | {"output_mode": mode.value}) for mode in OutputMode],
    ("run", FAILED | {"vendor_message": "x" * 2_000, "thoughts": ""}),
    ("run", SUCCEEDED | {"usage_cached_tokens": 0}),
    *[("run_event", {"type": event.value}) for event in EventType],
    ("run_event", {"requests": "[]"}),
    *[(table, {mode: value.value}) for table, mode in MODES.items() for value in OutputMode],
    *[("api_token", {"role": role}) for role in (1, 2, 3, 4)],
]
NAMED = ("provider", "agent", "task", "api_token")
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    *[
        (table, {"name": name}, f"{table}_name_check")
        for table in NAMED
        for name in ("", " ", " Ada", "Ada ", "x" * 101)
    ],
    *[(table, {"name_key": ""}, f"{table}_name_key_check") for table in NAMED],
    ("provider", {"type": "NONE"}, "provider_type_rules"),
    ("provider", {"type": "ollama"}, "provider_type_rules"),
    ("provider", {"base_url": None}, "provider_type_rules"),
    ("provider", KEY, "provider_type_rules"),
    ("provider", OPENAI | {"base_url": "http://127.0.0.1:9"}, "provider_type_rules"),
    ("provider", OPENAI | {"sealed_key": None, "key_hint": None}, "provider_type_rules"),
    ("provider", COMPATIBLE | {"base_url": None}, "provider_type_rules"),
    ("provider", {"base_url": "x" * 2049}, "provider_base_url_check"),
    ("provider", {"revision": 0}, "provider_revision_check"),
    ("provider", {"validation_status": "FINE"}, "provider_validation_status_check"),
    ("provider", {"validation_status": "ERROR"}, "provider_error_rules"),
    ("provider", {"validation_error": "It is away."}, "provider_error_rules"),
    ("provider", {"models": "{}"}, "provider_models_check"),
    ("provider", {"connection_revision": 0}, "provider_connection_revision_check"),
    ("provider", {"validation_fix": "[]"}, "provider_validation_fix_check"),
    ("agent", {"system_prompt": " \n\t"}, "agent_system_prompt_check"),
    ("agent", {"system_prompt": "x" * (MAX_PROMPT_LENGTH + 1)}, "agent_system_prompt_check"),
    ("agent", {"user_prompt": "x" * (MAX_PROMPT_LENGTH + 1)}, "agent_user_prompt_check"),
    ("agent", {"model_name": ""}, "agent_model_name_check"),
    ("agent", {"model_name": "x" * (MAX_MODEL_NAME_LENGTH + 1)}, "agent_model_name_check"),
    ("agent", {"description": "x" * (MAX_DESCRIPTION_LENGTH + 1)}, "agent_description_check"),
    ("agent", {"model_settings": "[]"}, "agent_model_settings_check"),
    ("agent", {"revision": 0}, "agent_revision_check"),
    ("task", {"response_schema": "true"}, "task_response_schema_check"),
    ("task", {"request_schema": "null"}, "task_request_schema_check"),
    ("task", {"description": "x" * (MAX_DESCRIPTION_LENGTH + 1)}, "task_description_check"),
    ("run", {"status": "DONE"}, "run_status_known"),
    ("run", {"output": "{}"}, "run_output_rules"),
    ("run", SUCCEEDED | {"output": None}, "run_output_rules"),
    ("run", FAILED | {"output": "{}"}, "run_output_rules"),
    ("run", FAILED | {"error_code": None}, "run_error_rules"),
    ("run", FAILED | {"error_message": None}, "run_error_rules"),
    ("run", FAILED | {"error_issues": None}, "run_error_rules"),
    ("run", SUCCEEDED | {"error_message": "Why?"}, "run_error_rules"),
    ("run", {"error_code": "LOST", "error_message": "", "error_issues": "[]"}, "run_error_rules"),
    ("run", FAILED | {"error_code": "OTHER"}, "run_error_code_known"),
    ("run", FAILED | {"error_issues": "{}"}, "run_error_issues_check"),
    ("run", RUNNING | {"lease_until": None}, "run_lease_rules"),
    ("run", SUCCEEDED | {"lease_until": NOW}, "run_lease_rules"),
    ("run", STARTED | {"lease_until": NOW}, "run_lease_rules"),
    ("run", RUNNING | {"started_at": None}, "run_start_rules"),
    ("run", RUNNING | {"attempt": 0}, "run_start_rules"),
    ("run", {"started_at": NOW}, "run_start_rules"),
    ("run", SUCCEEDED | {"finished_at": None}, "run_finish_rules"),
    ("run", FAILED | {"finished_at": None}, "run_finish_rules"),
    ("run", CANCELLED | {"finished_at": None}, "run_finish_rules"),
    ("run", RUNNING | {"finished_at": NOW}, "run_finish_rules"),
    ("run", {"finished_at": NOW}, "run_finish_rules"),
    ("run", {"idempotency_key": ""}, "run_idempotency_key_check"),
    ("run", {"idempotency_key": "x" * (MAX_KEY_LENGTH + 1)}, "run_idempotency_key_check"),
    ("run", {"attempt": -1}, "run_attempt_check"),
    ("run", {"lost_leases": -1}, "run_lost_leases_check"),
    ("run", {"interruptions": -1}, "run_interruptions_check"),
    ("run", {"last_sequence": 0}, "run_last_sequence_check"),
    ("run", {"usage_requests": -1}, "run_usage_requests_check"),
    ("run", {"usage_input_tokens": -1}, "run_usage_input_tokens_check"),
    ("run", {"usage_output_tokens": -1}, "run_usage_output_tokens_check"),
    ("run", {"cost_usd": -1}, "run_cost_usd_check"),
    ("run", SUCCEEDED | {"output_mode": "AUTO"}, "run_output_mode_known"),
    ("run", FAILED | {"vendor_message": ""}, "run_vendor_message_check"),
    ("run", FAILED | {"vendor_message": "x" * 2_001}, "run_vendor_message_check"),
    ("run", {"usage_cached_tokens": -1}, "run_usage_cached_tokens_check"),
    ("run_event", {"type": "OTHER"}, "run_event_type_check"),
    ("run_event", {"sequence": 0}, "run_event_sequence_check"),
    ("run_event", {"data": "[]"}, "run_event_data_check"),
    ("run_event", {"requests": "{}"}, "run_event_requests_check"),
    ("ruled_out_mode", {"connection_revision": 0}, "ruled_out_mode_connection_revision_check"),
    ("ruled_out_mode", {"contract_digest": "0" * 31}, "ruled_out_mode_contract_digest_check"),
    ("ruled_out_mode", {"contract_digest": "A" * 32}, "ruled_out_mode_contract_digest_check"),
    ("ruled_out_mode", {"mode": "AUTO"}, "ruled_out_mode_mode_check"),
    ("encryption_check", {"id": 2}, "encryption_check_id_check"),
    ("audit_entry", {"changes": "[]"}, "audit_entry_changes_check"),
    *[
        (table, {"role": role}, f"{table}_role_check")
        for table in ("api_token", "session", "sign_in_code")
        for role in (0, 5)
    ],
    ("api_token", {"secret_hash": b"secret"}, "api_token_secret_hash_check"),
    ("session", {"cookie_hash": b"secret"}, "session_cookie_hash_check"),
    ("session", {"half_hash": b"secret"}, "session_half_hash_check"),
    ("sign_in_code", {"code_hash": b"secret"}, "sign_in_code_code_hash_check"),
]
TAKEN = [
    ("provider", {"name": "GRÖSSE"}, "provider_name_unique"),
    ("agent", {"name": "GRÖSSE"}, "agent_name_unique"),
    ("task", {"name": "GRÖSSE"}, "task_name_unique"),
    ("api_token", {"name": "GRÖSSE", "secret_hash": b"x" * 32}, "api_token_name_unique"),
    ("api_token", {"name_key": "other"}, "api_token_secret_unique"),
    ("session", {}, "session_cookie_unique"),
    ("agent_revision", {}, "agent_revision_unique"),
    ("task_revision", {}, "task_revision_unique"),
    ("assignment", {}, "assignment_active_unique"),
    ("ruled_out_mode", {}, "ruled_out_mode_unique"),
]


@pytest.fixture
async def database(stores: Stores) -> AsyncIterator[asyncpg.Connection]:
    """Without the rows of other tests. Whatever happens here is taken back."""
    connection = await asyncpg.connect(stores.database_url)
    await connection.execute("BEGIN")
    try:
        for table in reversed(ROWS):
            await connection.execute(f"DELETE FROM {table}")
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize(("table", "changes"), ACCEPTED)
async def test_a_right_row_is_taken(
    database: asyncpg.Connection, table: str, changes: dict[str, Any]
) -> None:
    await insert_all(database, until=table)
    await insert(database, table, **changes)


@pytest.mark.parametrize(("table", "changes", "rule"), REFUSED)
async def test_P2_R2_R8_a_wrong_row_is_refused_by_its_rule(
    database: asyncpg.Connection, table: str, changes: dict[str, Any], rule: str
) -> None:
    await insert_all(database, until=table)
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await insert(database, table, **changes)
    assert refusal.value.as_dict()["constraint_name"] == rule


async def test_every_check_is_tried(database: asyncpg.Connection) -> None:
    checks = await database.fetch(
        "SELECT conname FROM pg_constraint WHERE contype = 'c' "
        "AND connamespace = 'public'::regnamespace"
    )
    tried = {rule for _, _, rule in REFUSED}
    copies = {"agent_revision_revision_check", "task_revision_revision_check"}
    assert {row["conname"] for row in checks} - tried - copies == {"task_revision_check"}


@pytest.mark.parametrize("status", RunStatus)
async def test_R8_every_status_is_known_to_the_database(
    database: asyncpg.Connection, status: RunStatus
) -> None:
    await insert_all(database, until="run")
    rows = {"QUEUED": {}, "SUCCEEDED": SUCCEEDED, "FAILED": FAILED, "CANCELLED": CANCELLED}
    await insert(database, "run", **rows.get(status.value, RUNNING | {"status": status.value}))


@pytest.mark.parametrize(("table", "changes", "rule"), TAKEN)
async def test_P1_A1_T1_S1_what_is_unique_is_refused_a_second_time(
    database: asyncpg.Connection, table: str, changes: dict[str, Any], rule: str
) -> None:
    await insert_all(database)
    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await insert(database, table, id=new_id(), **changes)
    assert refusal.value.as_dict()["constraint_name"] == rule


async def test_R1_an_idempotency_key_belongs_to_one_run(database: asyncpg.Connection) -> None:
    await insert_all(database, until="run")
    for _ in range(2):
        await insert(database, "run", id=new_id())
    await insert(database, "run", id=new_id(), idempotency_key="a")
    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await insert(database, "run", id=new_id(), idempotency_key="a")
    assert refusal.value.as_dict()["constraint_name"] == "run_idempotency_unique"


async def test_S3_a_pair_has_one_active_assignment_and_any_number_of_old_ones(
    database: asyncpg.Connection,
) -> None:
    await insert_all(database, until="assignment")
    for is_active in (False, True, False):
        await insert(database, "assignment", id=new_id(), is_active=is_active)
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert(database, "assignment", id=new_id())


async def test_names_are_in_the_order_of_their_code_points(database: asyncpg.Connection) -> None:
    for name in ("ß", "b", "Z", "ä", "a b", "ab"):
        await insert(database, "task", id=new_id(), name=name, name_key=name)
    rows = await database.fetch(
        "SELECT name FROM task WHERE name_key = ANY($1) ORDER BY name_key",
        ["ß", "b", "Z", "ä", "a b", "ab"],
    )
    assert [row["name"] for row in rows] == sorted(["ß", "b", "Z", "ä", "a b", "ab"])


@pytest.mark.parametrize("table", ["provider", "agent_revision", "task_revision", "assignment"])
async def test_A3_what_runs_refer_to_cannot_vanish(
    database: asyncpg.Connection, table: str
) -> None:
    await insert_all(database)
    if table == "provider":
        await database.execute("DELETE FROM agent")
        await database.execute("DELETE FROM provider")
        assert await database.fetchval("SELECT count(*) FROM run WHERE provider_id IS NULL") == 1
        return
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await database.execute(f"DELETE FROM {table}")


async def test_A1_a_provider_that_agents_use_cannot_vanish(database: asyncpg.Connection) -> None:
    await insert_all(database)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await database.execute("DELETE FROM provider")


async def test_X2_sessions_go_with_their_token_and_what_is_a_run_s_with_it(
    database: asyncpg.Connection,
) -> None:
    await insert_all(database)
    await database.execute("DELETE FROM api_token")
    await database.execute("DELETE FROM run")
    assert await database.fetchval("SELECT count(*) FROM session WHERE token_id IS NOT NULL") == 0
    assert await database.fetchval("SELECT count(*) FROM run_event") == 0


async def test_what_a_server_refused_goes_with_its_provider(database: asyncpg.Connection) -> None:
    await insert_all(database)
    await database.execute("DELETE FROM agent")
    await database.execute("DELETE FROM provider")
    assert await database.fetchval("SELECT count(*) FROM ruled_out_mode") == 0
