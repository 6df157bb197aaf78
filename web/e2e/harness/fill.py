"""Copies a finished run many times over: what the API could only do in minutes."""

import asyncio
import sys
from pathlib import Path

import asyncpg

from rota.local.embedded import running_engines

COPY = """
    INSERT INTO run SELECT copy.*
    FROM run, generate_series(1, $2::int) n, LATERAL jsonb_populate_record(run, jsonb_build_object(
        'id', uuidv7(n * interval '-1 second'),
        'queued_at', queued_at - n * interval '1 second',
        'idempotency_key', NULL
    )) copy
    WHERE run.id = $1
"""


async def main(data_dir: str, run: str, count: int) -> None:
    engines = running_engines(Path(data_dir))
    if engines is None:
        raise SystemExit(f"No Rota runs on {data_dir}.")
    connection = await asyncpg.connect(engines.database_url)
    try:
        await connection.execute(COPY, run, count)
    finally:
        await connection.close()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
