"""GraphQL fields of tasks."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

import strawberry

from rota.contracts import examine_schema
from rota.graphql.changes import ChangeKind, messages
from rota.graphql.context import Info, RowRead
from rota.graphql.errors import Issue
from rota.graphql.inputs import After, First, Id, Input, OptionalId, Search
from rota.graphql.pagination import Connection
from rota.graphql.scalars import Json
from rota.graphql.slice import GraphQLSlice
from rota.platform.messaging.delivery import Message
from rota.tasks import service
from rota.tasks.errors import TaskInUse
from rota.tasks.events import TaskCreated
from rota.tasks.loaders import task_revisions, tasks
from rota.tasks.types import (
    CreateTaskInput,
    CreateTaskPayload,
    CreateTaskResult,
    DeleteTaskInput,
    DeleteTaskPayload,
    DeleteTaskResult,
    SchemaCheck,
    Task,
    TaskChange,
    TaskInUseError,
    TaskRevision,
    UpdateTaskInput,
    UpdateTaskPayload,
    UpdateTaskResult,
)

KINDS = {
    "task.created": ChangeKind.CREATED,
    "task.updated": ChangeKind.UPDATED,
    "task.deleted": ChangeKind.DELETED,
}


@strawberry.type
class TaskQuery:
    @strawberry.field(description="A task, or null.")
    async def task(self, id: Id) -> Task | None:
        row = await service.get_task(id)
        return Task(row=row) if row else None

    @strawberry.field(description="All tasks, by name.")
    async def tasks(
        self, first: First = 50, after: After = None, search: Search = None
    ) -> Connection[Task]:
        return Connection.of(service.list_tasks(first, after, search), Task)

    @strawberry.field(
        description="A task's revisions, newest first; also once the task is deleted."
    )
    async def task_revisions(
        self,
        task_id: Annotated[strawberry.ID, strawberry.argument(description="Whose revisions.")],
        first: First = 20,
        after: After = None,
    ) -> Connection[TaskRevision]:
        return Connection.of(service.list_revisions(task_id, first, after), TaskRevision)

    @strawberry.field(description="Whether a JSON Schema can be used in a task; nothing is saved.")
    def check_schema(
        self,
        schema: Annotated[Json, strawberry.argument(description="The JSON Schema.")],
    ) -> SchemaCheck:
        issues, notes = examine_schema(schema)
        return SchemaCheck(
            is_valid=not issues,
            issues=[Issue.of(issue) for issue in issues],
            notes=[Issue.of(note) for note in notes],
        )


@strawberry.type
class TaskMutation:
    @strawberry.mutation(description="Create a task.")
    async def create_task(self, info: Info, input: Input[CreateTaskInput]) -> CreateTaskResult:
        new = input.new()
        task = await info.context.shortly_or_at_length(
            TaskCreated,
            shortly=partial(service.create_task_at_once, new=new),
            at_length=partial(service.create_task, new=new),
        )
        return CreateTaskPayload(task=Task(row=task))

    @strawberry.mutation(
        description="Update a task: a new revision, for the runs that are made from now on."
    )
    async def update_task(self, info: Info, input: Input[UpdateTaskInput]) -> UpdateTaskResult:
        async with info.context.unit_of_work() as work:
            task = await service.update_task(
                work, input.id, input.changes(), input.expected_revision
            )
        return UpdateTaskPayload(task=Task(row=task))

    @strawberry.mutation(description="Delete a task that no agent is assigned to.")
    async def delete_task(self, info: Info, input: Input[DeleteTaskInput]) -> DeleteTaskResult:
        async with info.context.unit_of_work() as work:
            await service.delete_task(work, input.id)
        return DeleteTaskPayload(deleted_id=input.id)


@strawberry.type
class TaskSubscription:
    @strawberry.subscription(description="Every change of tasks.")
    async def task_changed(self, info: Info, id: OptionalId = None) -> AsyncIterator[TaskChange]:
        async for message in messages(info.context, "task", id):
            if message.name in KINDS:
                yield await message.once("change", partial(_change, message))


async def _change(message: Message) -> TaskChange:
    row = await service.get_task(message.id)
    return TaskChange(
        kind=KINDS[message.name],
        id=strawberry.ID(message.id),
        task=Task(row=row) if row else None,
    )


SLICE = GraphQLSlice(
    query=TaskQuery,
    mutation=TaskMutation,
    subscription=TaskSubscription,
    batch_reads={
        "task": RowRead(tasks, Task),
        "task_revision": RowRead(task_revisions, TaskRevision),
    },
    errors={TaskInUse: TaskInUseError},
)
