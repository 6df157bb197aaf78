"""With a great many runs in the tables, what is asked all the time is still answered by an index.

ROTA_TEST_RUNS says how many runs, each with ten events: 100,000, or 1,000,000 for a slow machine's
coffee break.
"""

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from rota.assignments.models import Assignment
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from rota.platform.storage.database import fetch
from rota.runs import claims, service
from rota.runs.claims import Claim
from rota.runs.models import TERMINAL, EventType, Run, RunStatus
from rota.runs.service import RunFilter
from rota.wiring import RULES
from tests.conftest import TABLES
from tests.runs.factories import assignment, queued
from tests.scenarios.conftest import rota

RUNS = int(os.environ.get("ROTA_TEST_RUNS", "100000"))
DAYS = 100
QUEUED, RUNNING, FAILED = 20, 40, 100  # of them all; the others succeeded

FILL_RUNS = """
    INSERT INTO run SELECT
        (lpad(to_hex(extract(epoch FROM at)::bigint * 1000), 12, '0') || '7000'
            || '8' || lpad(to_hex(n), 15, '0'))::uuid,
        status, a.id, a.agent_id, a.agent_name, of_agent.id, a.task_id, a.task_name, of_task.id,
        NULL, '{}', CASE status WHEN 'SUCCEEDED' THEN '{}'::json END,
        CASE status WHEN 'FAILED' THEN 'TIMED_OUT' END, CASE status WHEN 'FAILED' THEN '' END,
        CASE status WHEN 'FAILED' THEN '[]'::jsonb END, NULL, 'Ada', 1, 0, NULL,
        CASE status WHEN 'RUNNING' THEN now() + interval '1 hour' END,
        10, 1, 1, 1, NULL, at, at, CASE WHEN status IN ('SUCCEEDED', 'FAILED') THEN at END
    FROM (
        SELECT n, now() - (1 - n / $1::float8) * $2::int * interval '1 day' AS at,
            CASE WHEN n % ($1 / $3) = 0 THEN 'QUEUED' WHEN n % ($1 / $4) = 1 THEN 'RUNNING'
                WHEN n % ($1 / $5) = 2 THEN 'FAILED' ELSE 'SUCCEEDED' END AS status
        FROM generate_series(1, $1::bigint) n
    ) made
    JOIN (
        SELECT *, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS last
        FROM assignment  -- the last one has few runs
    ) a ON a.number = CASE made.n % 1000 WHEN 5 THEN a.last ELSE made.n % (a.last - 1) + 1 END
    JOIN agent_revision of_agent ON of_agent.agent_id = a.agent_id
    JOIN task_revision of_task ON of_task.task_id = a.task_id
"""
FILL_EVENTS = """
    INSERT INTO run_event SELECT id, sequence, 'OUTPUT_DELTA', queued_at, '{"text": "…"}'
    FROM run, generate_series(1, 10) sequence
"""


@pytest.fixture(scope="module")
async def grown(shared_resources: Resources) -> AsyncIterator[list[Assignment]]:
    await fetch(f"TRUNCATE {TABLES}")
    made = [await assignment(shared_resources) for _ in range(20)]
    async with in_transaction():
        await fetch("SET LOCAL session_replication_role = replica")  # each key was just read
        await fetch(FILL_RUNS, RUNS, DAYS, QUEUED, RUNNING, FAILED)
        await fetch(FILL_EVENTS)
    await fetch("ANALYZE run")
    await fetch("ANALYZE run_event")
    yield made
    await fetch(f"TRUNCATE {TABLES}")


@contextmanager
def _heard() -> Iterator[list[tuple[str, list[Any]]]]:
    """The statements that are sent meanwhile, with their values."""
    seen: list[tuple[str, list[Any]]] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.args, tuple) and len(record.args) == 2:
                sql, values = record.args
                seen.append((str(sql), list(values) if isinstance(values, list | tuple) else []))

    logger, handler = logging.getLogger("tortoise.db_client"), Handler()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


async def _access(call: Callable[[], Awaitable[Any]]) -> set[str]:
    """How the call's statements reach runs and events: names of indexes, or of tables that are
    read from end to end."""
    with _heard() as statements:
        await call()
    found: set[str] = set()
    for sql, values in statements:
        if " run" in sql or '"run' in sql:
            [row] = await fetch(f"EXPLAIN (FORMAT JSON) {sql}", *values)
            plans = row["QUERY PLAN"]
            _collect((json.loads(plans) if isinstance(plans, str) else plans)[0]["Plan"], found)
    return found


def _collect(plan: dict[str, Any], found: set[str]) -> None:
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in ("run", "run_event"):
        found.add(f"all of {plan['Relation Name']}")
    if str(plan.get("Index Name", "")).startswith("run"):
        found.add(plan["Index Name"])
    for part in plan.get("Plans", []):
        _collect(part, found)


async def test_lists_details_and_sweeps_read_no_table_from_end_to_end(
    grown: list[Assignment], shared_resources: Resources
) -> None:
    at = grown[-1]
    resources = shared_resources
    run = await Run.filter(status=RunStatus.RUNNING).order_by("-id").first()
    assert run is not None
    claim = Claim(run.id, run.attempt, run)
    recent = datetime.now(UTC) - timedelta(hours=1)

    def listed(**wanted: Any) -> Callable[[], Awaitable[Any]]:
        return lambda: service.list_runs(RunFilter(**wanted), 50, None)

    # Which of these indexes PostgreSQL takes is its own affair.
    calls: dict[str, tuple[Callable[[], Awaitable[Any]], set[str]]] = {
        "all": (listed(), {"run_pkey"}),
        "of an agent": (listed(agent_id=str(at.agent_id)), {"run_agent"}),
        "of a task": (listed(task_id=str(at.task_id)), {"run_task"}),
        "of an assignment": (listed(assignment_id=str(at.id)), {"run_assignment"}),
        "failed": (listed(statuses=[RunStatus.FAILED]), {"run_status"}),
        "unfinished": (listed(statuses=[*set(RunStatus) - TERMINAL]), {"run_status"}),
        "recent": (listed(queued_after=recent), {"run_queued_at", "run_pkey"}),
        "old": (listed(queued_before=recent - timedelta(days=DAYS // 2)), {"run_pkey"}),
        "one": (lambda: service.get_run(str(run.id)), {"run_pkey"}),
        "its events": (lambda: service.list_events(run.id, 100, 3), {"run_event_pkey"}),
        "claim": (
            lambda: claims.claim_queued(resources, RULES, "w", 3),
            {"run_queue", "run_status", "run_pkey"},
        ),
        "heartbeat": (lambda: claims.renew([claim]), {"run_pkey"}),
        "write": (
            lambda: claims.append(resources, claim, EventType.OUTPUT_DELTA, {}),
            {"run_status", "run_pkey"},
        ),
        "sweep": (lambda: claims.sweep(resources, RULES), {"run_leases", "run_pkey"}),
        "latest": (lambda: service.latest_used_assignments(32), {"run_pkey"}),
        "prune": (
            lambda: anext(
                service.prune(resources, RULES, datetime.now(UTC) - timedelta(days=DAYS - 1), 10)
            ),
            {"run_finished_at", "run_pkey"},
        ),
    }
    for name, (call, indexes) in calls.items():
        found = await _access(call)
        assert found, name
        assert found <= indexes, (name, found)


async def test_a_list_of_old_runs_begins_where_they_are(grown: list[Assignment]) -> None:
    before = datetime.now(UTC) - timedelta(days=DAYS // 2)
    with _heard() as statements:
        page = await service.list_runs(RunFilter(queued_before=before), 50, None)
    assert page.rows[0].queued_at < before <= page.rows[0].queued_at + timedelta(hours=2)
    [(sql, values)] = statements
    [row] = await fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", *values)
    plans = row["QUERY PLAN"]
    skipped = _skipped((json.loads(plans) if isinstance(plans, str) else plans)[0]["Plan"])
    assert skipped < RUNS // 100


def _skipped(plan: dict[str, Any]) -> int:
    own = int(plan.get("Rows Removed by Filter", 0))
    return own + sum(_skipped(part) for part in plan.get("Plans", []))


async def test_without_its_index_a_list_is_found_out(grown: list[Assignment]) -> None:
    failed = RunFilter(statuses=[RunStatus.FAILED])
    async with in_transaction() as connection:
        await connection.execute_query("DROP INDEX run_status")
        found = await _access(lambda: service.list_runs(failed, 50, None))
        await connection.rollback()
    assert "run_status" not in found


async def test_old_runs_are_pruned_whole_while_new_ones_are_asked_for_and_claimed(
    grown: list[Assignment], shared_resources: Resources, settings: Settings
) -> None:
    old = "SELECT count(*) AS many FROM run WHERE finished_at < now() - $1 * interval '1 day'"
    kept_days = DAYS * 9 // 10
    [before] = await fetch(old, kept_days)
    pruning = asyncio.create_task(_prune(settings, kept_days))
    slowest = 0.0
    while not pruning.done():
        begun = time.monotonic()
        run = await queued(shared_resources, grown[0])
        await claims.claim_queued(shared_resources, RULES, "w", 50)
        slowest = max(slowest, time.monotonic() - begun)
        assert (await Run.get(id=run.id)).status is RunStatus.RUNNING
    assert await pruning == before["many"] > RUNS // 20
    assert slowest < 1
    [after] = await fetch(old, kept_days)
    [left] = await fetch("SELECT count(*) AS many FROM run_event e WHERE NOT EXISTS ("
                         "SELECT FROM run WHERE run.id = e.run_id)")  # fmt: skip
    assert (after["many"], left["many"]) == (0, 0)


async def _prune(settings: Settings, days: int) -> int:
    told = await rota(
        *("prune", "--older-than", f"{days}d", "--json"),
        DATABASE_URL=settings.database_url or "",
        REDIS_URL=settings.redis_url or "",
        ENCRYPTION_KEY=",".join(settings.encryption_keys),
        ROTA_DATA_DIR=str(settings.data_dir),
    )
    return int(json.loads(told)["removed"])
