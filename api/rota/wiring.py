"""Joins the slices where one has a say in another's transaction, and names where workers take
their work from; the same in every process."""

from rota.agents import service as agents
from rota.agents.events import AgentDeleted, AgentUpdated
from rota.assignments import service as assignments
from rota.audit.service import record
from rota.platform.unit_of_work import Rules
from rota.providers.events import ProviderDeleting
from rota.runs import claims
from rota.runs import service as runs
from rota.tasks.events import TaskDeleting, TaskUpdated

RULES = Rules(
    audit=record,
    listeners={
        ProviderDeleting: [agents.refuse_provider_deletion, runs.refuse_provider_deletion],
        AgentUpdated: [assignments.rename_for_agent],
        AgentDeleted: [assignments.deactivate_for_agent],
        TaskUpdated: [assignments.rename_for_task],
        TaskDeleting: [assignments.refuse_task_deletion],
    },
    sources={"run": [claims.claim_queued]},
)
