"""Assignments and instances in GraphQL."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

import strawberry

from rota.agents.types import Agent
from rota.assignments import models as rows
from rota.assignments.instances import instances_by_assignment
from rota.graphql.changes import ChangeKind
from rota.graphql.context import Info
from rota.graphql.errors import Error, NotFoundError
from rota.graphql.fields import column, related
from rota.tasks.types import Task


@strawberry.type(description="An agent answers for a task.")
class Assignment:
    row: strawberry.Private[rows.Assignment]
    id: strawberry.ID = column("id", "Its id.")
    agent_name: str = column("agent_name", "The agent's name, the last one if it is gone.")
    task_name: str = column("task_name", "The task's name, the last one if it is gone.")
    is_active: bool = column(
        "is_active", "Whether it takes new runs: false once unassigned, or its agent is deleted."
    )
    assigned_at: datetime = column("assigned_at", "When it was assigned.")

    agent: Agent | None = related("agent", "agent_id", "The agent; null once deleted.")

    task: Task | None = related("task", "task_id", "The task; null once deleted.")

    @strawberry.field(description="The agents that stand ready for it, across all workers.")
    async def instances(self, info: Info) -> list["AgentInstance"]:
        read = partial(instances_by_assignment, info.context.resources)
        found = await info.context.load("assignment_instances", self.row.id, read)
        return [AgentInstance.of(fields, self) for fields in found]


@strawberry.type(description="One live pydantic-ai agent in one worker.")
class AgentInstance:
    id: strawberry.ID = strawberry.field(description="Its id.")
    worker: str = strawberry.field(description="The worker that has it.")
    assignment: Assignment = strawberry.field(description="What it stands ready for.")
    agent_revision: int = strawberry.field(description="The agent's revision it was built from.")
    task_revision: int = strawberry.field(description="The task's revision it was built from.")
    created_at: datetime = strawberry.field(description="When it was built.")
    last_used_at: datetime = strawberry.field(description="When a run last took it.")
    use_count: int = strawberry.field(description="How many runs have taken it.")
    running_count: int = strawberry.field(description="How many of them are running.")

    @classmethod
    def of(cls, fields: dict[str, Any], assignment: Assignment) -> "AgentInstance":
        """From what its worker tells of it."""
        return cls(
            id=strawberry.ID(fields["id"]),
            worker=fields["worker"],
            assignment=assignment,
            agent_revision=fields["agentRevision"],
            task_revision=fields["taskRevision"],
            created_at=datetime.fromisoformat(fields["createdAt"]),
            last_used_at=datetime.fromisoformat(fields["lastUsedAt"]),
            use_count=fields["useCount"],
            running_count=fields["runningCount"],
        )


@strawberry.type(description="The task is assigned to the agent already; nothing was stored.")
class AlreadyAssignedError(Error):
    assignment_id: strawberry.ID = strawberry.field(description="The assignment that stands.")


@strawberry.type(description="The assignment takes no new runs.")
class AssignmentInactiveError(Error):
    assignment_id: strawberry.ID = strawberry.field(description="The inactive assignment.")


@strawberry.type(description="A change of an assignment.")
class AssignmentChange:
    kind: ChangeKind = strawberry.field(description="What happened.")
    id: strawberry.ID = strawberry.field(description="Which assignment.")
    assignment: Assignment | None = strawberry.field(description="How it is now.")


@strawberry.input(description="Which agent is to answer for which task.")
class AssignTaskInput:
    agent_id: strawberry.ID = strawberry.field(description="The agent.")
    task_id: strawberry.ID = strawberry.field(description="The task.")


@strawberry.input(description="Which assignment is to end.")
class UnassignTaskInput:
    assignment_id: strawberry.ID = strawberry.field(description="The assignment.")


@strawberry.type(description="The task was assigned; an instance is being prepared.")
class AssignTaskPayload:
    assignment: Assignment = strawberry.field(description="The new assignment.")


@strawberry.type(description="The task is unassigned; runs under way go on.")
class UnassignTaskPayload:
    assignment: Assignment = strawberry.field(description="The assignment, now inactive.")


AssignTaskResult = Annotated[
    AssignTaskPayload | NotFoundError | AlreadyAssignedError,
    strawberry.union("AssignTaskResult", description="What assigning a task led to."),
]
UnassignTaskResult = Annotated[
    UnassignTaskPayload | NotFoundError,
    strawberry.union("UnassignTaskResult", description="What unassigning a task led to."),
]
