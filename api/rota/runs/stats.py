"""Figures of runs: how many, how old, how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rota.runs import reads
from rota.runs.models import RunStatus

Counts = dict[RunStatus, int]
QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Figures:
    """Of all runs in the database; times are in seconds. Waits (queued to started) and durations
    (started to finished) are by quantile, of the last five minutes, empty without a run."""

    counts: Counts
    oldest_wait: float
    waits: dict[float, float]
    durations: dict[float, float]


async def figures() -> Figures:
    counts = {RunStatus(row["status"]): row["number"] for row in await reads.COUNTS.rows()}
    [oldest] = await reads.OLDEST_QUEUED.rows()
    [latencies] = await reads.LATENCIES.rows(quantiles=QUANTILES)
    return Figures(
        counts,
        oldest["seconds"] or 0.0,
        dict(zip(QUANTILES, latencies["wait"] or (), strict=False)),
        dict(zip(QUANTILES, latencies["duration"] or (), strict=False)),
    )


async def counts_of_agents(agent_ids: Sequence[UUID], since: datetime) -> dict[UUID, Counts]:
    """What is queued and running at all, and what ended since; none for an agent without runs."""
    counts: dict[UUID, Counts] = {}
    for row in await reads.COUNTS_OF_AGENTS.rows(agent_ids=agent_ids, since=since):
        counts.setdefault(row["agent_id"], {})[RunStatus(row["status"])] = row["number"]
    return counts
