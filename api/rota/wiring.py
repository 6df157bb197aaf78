"""Joins the slices where one has a say in another's transaction; the same in every process."""

from rota.agents.events import AgentDeleted, AgentUpdated
from rota.agents.service import refuse_provider_deletion
from rota.assignments.service import (
    deactivate_for_agent,
    refuse_task_deletion,
    rename_for_agent,
    rename_for_task,
)
from rota.audit.service import record
from rota.platform.unit_of_work import Rules
from rota.providers.events import ProviderDeleting
from rota.tasks.events import TaskDeleting, TaskUpdated

RULES = Rules(
    audit=record,
    listeners={
        ProviderDeleting: [refuse_provider_deletion],
        AgentUpdated: [rename_for_agent],
        AgentDeleted: [deactivate_for_agent],
        TaskUpdated: [rename_for_task],
        TaskDeleting: [refuse_task_deletion],
    },
)
