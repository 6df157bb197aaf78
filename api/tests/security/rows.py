"""Rows that hostile requests can be aimed at, several of each kind."""

from rota.platform.resources import Resources
from tests.access.factories import token
from tests.agents.factories import agent
from tests.providers.factories import provider
from tests.runs.factories import queued
from tests.tasks.factories import task

Rows = dict[str, list[str]]
EACH = 3


async def make_rows(resources: Resources) -> Rows:
    """Ids by noun."""
    rows: Rows = {noun: [] for noun in ("provider", "agent", "task", "assignment", "run", "token")}
    for _ in range(EACH):
        run = await queued(resources)
        for noun, row_id in {
            "provider": (await provider(resources)).id,
            "agent": (await agent(resources)).id,
            "task": (await task(resources)).id,
            "assignment": run.assignment_id,
            "run": run.id,
            "token": (await token(resources))[0],
        }.items():
            rows[noun].append(str(row_id))
    return rows
