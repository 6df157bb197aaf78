"""Batch reads of runs, for what lower slices show of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rota.platform.storage.records import Lookup
from rota.runs.models import RuledOutMode
from rota.runs.stats import Counts, counts_of_agents

# As the provider is connected now.
COUNTS_NOW = """
    AND ruled_out_mode.connection_revision = (
        SELECT provider.connection_revision FROM provider WHERE provider.id = provider_id
    ) ORDER BY ruled_out_at, mode
"""

ruled_out_modes_of_provider = Lookup(RuledOutMode, "provider_id", COUNTS_NOW)


async def run_counts_of_agent(keys: Sequence[tuple[UUID, datetime]]) -> list[Counts]:
    """By agent and moment; keys with the same moment share one read."""
    found = {
        since: await counts_of_agents(
            [agent_id for agent_id, moment in keys if moment == since], since
        )
        for since in {moment for _, moment in keys}
    }
    return [found[since].get(agent_id, {}) for agent_id, since in keys]
