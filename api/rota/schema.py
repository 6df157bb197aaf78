"""Joins the slices' GraphQL fields into one schema."""

import strawberry

from rota.access.schema import AccessMutation, AccessQuery
from rota.agents.loaders import agent_revisions, agents
from rota.agents.schema import AgentMutation, AgentQuery, AgentSubscription
from rota.agents.types import Agent, AgentRevision, RunCounts
from rota.assignments.loaders import (
    active_assignments_of_agent,
    active_assignments_of_task,
    assignments,
)
from rota.assignments.schema import AssignmentMutation, AssignmentQuery, AssignmentSubscription
from rota.assignments.types import (
    AlreadyAssignedHandler,
    Assignment,
    AssignmentInactiveHandler,
)
from rota.audit.schema import AuditQuery, AuditSubscription
from rota.graphql.context import BatchRead, RowRead, shown
from rota.graphql.errors import HANDLERS
from rota.graphql.planning.schemas import build
from rota.providers.loaders import providers
from rota.providers.schema import ProviderMutation, ProviderQuery, ProviderSubscription
from rota.providers.types import Provider, ProviderInactiveHandler
from rota.runs.event_types import EVENT_TYPES
from rota.runs.loaders import run_counts_of_agent
from rota.runs.schema import RunMutation, RunQuery, RunSubscription, runs_of_agent
from rota.runs.types import IdempotencyConflictHandler
from rota.tasks.loaders import task_revisions, tasks
from rota.tasks.schema import TaskMutation, TaskQuery, TaskSubscription
from rota.tasks.types import Task, TaskInUseHandler, TaskRevision

BATCH_READS: dict[str, BatchRead] = {
    "provider": RowRead(providers, Provider),
    "agent": RowRead(agents, Agent),
    "agent_revision": RowRead(agent_revisions, AgentRevision),
    "task": RowRead(tasks, Task),
    "task_revision": RowRead(task_revisions, TaskRevision),
    "assignment": RowRead(assignments, Assignment),
    "active_assignments_of_agent": RowRead(active_assignments_of_agent, Assignment, is_list=True),
    "active_assignments_of_task": RowRead(active_assignments_of_task, Assignment, is_list=True),
    "run_counts_of_agent": shown(run_counts_of_agent, RunCounts),
    "runs_of_agent": runs_of_agent,
}


@strawberry.type(description="What can be read.")
class Query(
    AccessQuery, AuditQuery, ProviderQuery, AgentQuery, TaskQuery, AssignmentQuery, RunQuery
):
    pass


@strawberry.type(description="What can be changed.")
class Mutation(
    AccessMutation, ProviderMutation, AgentMutation, TaskMutation, AssignmentMutation, RunMutation
):
    pass


@strawberry.type(description="What can be watched.")
class Subscription(
    AuditSubscription,
    ProviderSubscription,
    AgentSubscription,
    TaskSubscription,
    AssignmentSubscription,
    RunSubscription,
):
    pass


def build_schema() -> strawberry.Schema:
    return build(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=EVENT_TYPES,
        exception_handlers=[
            *HANDLERS,
            ProviderInactiveHandler(),
            IdempotencyConflictHandler(),
            TaskInUseHandler(),
            AlreadyAssignedHandler(),
            AssignmentInactiveHandler(),
        ],
    )
