"""GraphQL fields of assignments and instances."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry

from rota.assignments import loaders, service
from rota.assignments.errors import AlreadyAssigned, AssignmentInactive
from rota.assignments.events import AssignmentCreated
from rota.assignments.instances import Instance, follow_instances, list_instances
from rota.assignments.types import (
    AgentInstance,
    AlreadyAssignedError,
    Assignment,
    AssignmentChange,
    AssignmentInactiveError,
    AssignTaskInput,
    AssignTaskPayload,
    AssignTaskResult,
    UnassignTaskInput,
    UnassignTaskPayload,
    UnassignTaskResult,
)
from rota.graphql.changes import ChangeKind, messages
from rota.graphql.context import Context, Info, RowRead
from rota.graphql.inputs import After, First, Id, Input
from rota.graphql.pagination import Connection
from rota.graphql.slice import GraphQLSlice
from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.ids import parse_id
from rota.platform.messaging.delivery import Message

KINDS = {
    "assignment.created": ChangeKind.CREATED,
    "assignment.updated": ChangeKind.UPDATED,
    "assignment.renamed": ChangeKind.UPDATED,
}

OfAgent = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only of this agent; null: of all.")
]
OfTask = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only of this task; null: of all.")
]


@strawberry.type
class AssignmentQuery:
    @strawberry.field(description="An assignment, or null.")
    async def assignment(self, id: Id) -> Assignment | None:
        row = await service.get_assignment(id)
        return Assignment(row=row) if row else None

    @strawberry.field(description="All assignments, newest first; inactive ones too.")
    async def assignments(  # noqa: PLR0917  # GraphQL passes them by name
        self,
        first: First = 50,
        after: After = None,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Only where either name contains this text, in any case."
            ),
        ] = None,
        agent_id: OfAgent = None,
        task_id: OfTask = None,
        is_active: Annotated[
            bool | None, strawberry.argument(description="Only such ones; null: both.")
        ] = None,
    ) -> Connection[Assignment]:
        page = service.list_assignments(
            first, after, search, agent_id=agent_id, task_id=task_id, is_active=is_active
        )
        return Connection.of(page, Assignment)

    @strawberry.field(description="The agents that stand ready, across all workers.")
    async def agent_instances(self, info: Info) -> list[AgentInstance]:
        return await _shown(info.context, await list_instances(info.context.resources))


@strawberry.type
class AssignmentMutation:
    @strawberry.mutation(description="Assign a task to an agent; an instance is prepared.")
    async def assign_task(self, info: Info, input: Input[AssignTaskInput]) -> AssignTaskResult:
        agent_id, task_id = input.agent_id, input.task_id
        assignment = await info.context.shortly_or_at_length(
            AssignmentCreated,
            shortly=partial(service.assign_task_at_once, agent_id=agent_id, task_id=task_id),
            at_length=partial(service.assign_task, agent_id=agent_id, task_id=task_id),
        )
        return AssignTaskPayload(assignment=Assignment(row=assignment))

    @strawberry.mutation(
        description="End an assignment. It is kept, inactive; runs under way go on."
    )
    async def unassign_task(
        self, info: Info, input: Input[UnassignTaskInput]
    ) -> UnassignTaskResult:
        async with info.context.unit_of_work() as work:
            assignment = await service.unassign_task(work, input.assignment_id)
        return UnassignTaskPayload(assignment=Assignment(row=assignment))


@strawberry.type
class AssignmentSubscription:
    @strawberry.subscription(description="Every change of assignments.")
    async def assignment_changed(
        self, info: Info, agent_id: OfAgent = None, task_id: OfTask = None
    ) -> AsyncIterator[AssignmentChange]:
        async for message in messages(info.context, "assignment"):
            if message.name not in KINDS:
                continue
            change = await message.once("change", partial(_change, message))
            row = change.assignment.row if change.assignment else None
            if row is None:
                continue
            if agent_id is not None and row.agent_id != parse_id(agent_id):
                continue
            if task_id is not None and row.task_id != parse_id(task_id):
                continue
            yield change

    @strawberry.subscription(
        description="The agents that stand ready, across all workers: the whole list at once, "
        "and whenever it changed, at most once a second."
    )
    async def agent_instances_changed(self, info: Info) -> AsyncIterator[list[AgentInstance]]:
        async with aclosing(follow_instances(info.context.resources)) as lists:
            async for instances in lists:
                yield await before_deadline(_shown(info.context, instances))


async def _shown(context: Context, instances: list[Instance]) -> list[AgentInstance]:
    loads = [context.load("assignment", UUID(one["assignmentId"])) for one in instances]
    assignments = await asyncio.gather(*loads)
    pairs = zip(instances, assignments, strict=True)
    return [AgentInstance.of(one, assignment) for one, assignment in pairs if assignment]


async def _change(message: Message) -> AssignmentChange:
    row = await service.get_assignment(message.id)
    return AssignmentChange(
        kind=KINDS[message.name],
        id=strawberry.ID(message.id),
        assignment=Assignment(row=row) if row else None,
    )


SLICE = GraphQLSlice(
    query=AssignmentQuery,
    mutation=AssignmentMutation,
    subscription=AssignmentSubscription,
    batch_reads={
        "assignment": RowRead(loaders.assignments, Assignment),
        "active_assignments_of_agent": RowRead(
            loaders.active_assignments_of_agent, Assignment, is_list=True
        ),
        "active_assignments_of_task": RowRead(
            loaders.active_assignments_of_task, Assignment, is_list=True
        ),
    },
    errors={
        AlreadyAssigned: AlreadyAssignedError,
        AssignmentInactive: AssignmentInactiveError,
    },
)
