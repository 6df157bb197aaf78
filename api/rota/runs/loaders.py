"""Batch reads of runs, for what lower slices show of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rota.platform.storage.database import fetch
from rota.runs.models import RunStatus

Counts = dict[RunStatus, int]


async def run_counts_of_agent(keys: Sequence[tuple[UUID, datetime]]) -> list[Counts]:
    """What is queued and running at all, and what ended since; keys with the same moment
    share one read."""
    counts: dict[tuple[UUID, datetime], Counts] = {key: {} for key in keys}
    for since in {moment for _, moment in keys}:
        rows = await fetch(
            """
            SELECT agent_id, status, count(*) AS many FROM run
            WHERE agent_id = ANY($1::uuid[])
                AND (status IN ('QUEUED', 'RUNNING', 'CANCELLING') OR finished_at >= $2)
            GROUP BY agent_id, status
            """,
            [agent_id for agent_id, moment in keys if moment == since],
            since,
        )
        for row in rows:
            counts[row["agent_id"], since][RunStatus(row["status"])] = row["many"]
    return [counts[key] for key in keys]
