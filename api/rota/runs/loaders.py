"""Batch reads of runs, for what lower slices show of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rota.runs.stats import Counts, counts_of_agents


async def run_counts_of_agent(keys: Sequence[tuple[UUID, datetime]]) -> list[Counts]:
    """By agent and moment; keys with the same moment share one read."""
    found = {
        since: await counts_of_agents(
            [agent_id for agent_id, moment in keys if moment == since], since
        )
        for since in {moment for _, moment in keys}
    }
    return [found[since].get(agent_id, {}) for agent_id, since in keys]
