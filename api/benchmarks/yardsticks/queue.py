"""What the web process and the worker of FastAPI + arq + pydantic-ai share: the table of runs, the
queue, and the channel on which a run tells of itself."""

import os

import asyncpg
from arq.connections import RedisSettings

REDIS = RedisSettings.from_dsn(os.environ["BENCH_REDIS_URL"])
QUEUE = "bench:queue"
JOB = "answer"
TABLE = """
CREATE TABLE IF NOT EXISTS queued_run (
    id UUID PRIMARY KEY,
    status TEXT NOT NULL,
    input JSON NOT NULL,
    output JSON,
    queued_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ
)
"""
QUEUED = "INSERT INTO queued_run (id, status, input) VALUES ($1, 'QUEUED', $2)"
STARTED = "UPDATE queued_run SET status = 'RUNNING', started_at = now() WHERE id = $1"
SUCCEEDED = """
UPDATE queued_run SET status = 'SUCCEEDED', output = $2, finished_at = now() WHERE id = $1
"""


def channel(run: str) -> str:
    return f"bench:run:{run}"


def open_pool() -> "asyncpg.pool.Pool[asyncpg.Record]":
    return asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], max_size=10)
