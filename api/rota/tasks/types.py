"""Tasks in GraphQL."""

from asyncio import gather
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry

from rota.graphql.changes import ChangeKind
from rota.graphql.context import Info
from rota.graphql.errors import (
    Error,
    InvalidInputError,
    Issue,
    NameTakenError,
    NotFoundError,
    StaleRevisionError,
)
from rota.graphql.fields import column, large, related
from rota.graphql.inputs import edit, given_fields, optional
from rota.graphql.scalars import Json
from rota.tasks import models as rows
from rota.tasks.service import NewTask, TaskChanges

if TYPE_CHECKING:
    from rota.agents.types import Agent
    from rota.assignments.types import Assignment

AnAssignment = Annotated["Assignment", strawberry.lazy("rota.assignments.types")]


@strawberry.type(description="What is to be done: the shape of the request and of the response.")
class Task:
    row: strawberry.Private[rows.Task]
    id: strawberry.ID = column("id", "Its id.")
    name: str = column("name", "Its name, unique without regard to case.")
    description: str | None = column("description", "What it is for.")
    request_schema: Json | None = large(
        "request_schema", "The JSON Schema of inputs; null: an input is free text, a JSON string."
    )
    response_schema: Json = large(
        "response_schema", "The JSON Schema that every output is valid against."
    )
    revision: int = column(
        "revision", "Grows by one with every change; old revisions stay readable."
    )
    created_at: datetime = column("created_at", "When it was created.")
    updated_at: datetime = column("updated_at", "When it last changed.")

    assignments: list[AnAssignment] = related(
        "active_assignments_of_task", "id", "Its active assignments."
    )


@strawberry.type(description="A task as it was after one change. It never changes itself.")
class TaskRevision:
    row: strawberry.Private[rows.TaskRevision]
    id: strawberry.ID = column("id", "Its id.")
    task_id: strawberry.ID = column("task_id", "The task, which may be gone.")
    revision: int = column("revision", "1 for the first, then one more each time.")
    name: str = column("name", "The task's name then.")
    description: str | None = column("description", "What it was for.")
    request_schema: Json | None = large("request_schema", "Its request schema then.")
    response_schema: Json = large("response_schema", "Its response schema then.")
    created_at: datetime = column("created_at", "When the change was made.")
    created_by: str = column("created_by", "Who made it.")


@strawberry.type(description="Whether a JSON Schema can be used in a task.")
class SchemaCheck:
    is_valid: bool = strawberry.field(description="Whether it can.")
    issues: list[Issue] = strawberry.field(description="What is wrong with it, and where.")
    notes: list[Issue] = strawberry.field(
        description="What it is taken to mean, where it does not say so; nothing is wrong."
    )


@strawberry.type(description="Agents are assigned to the task; it was not deleted.")
class TaskInUseError(Error):
    agent_ids: strawberry.Private[list[UUID]]

    @strawberry.field(description="The agents to unassign first.")
    async def agents(
        self, info: Info
    ) -> list[Annotated["Agent", strawberry.lazy("rota.agents.types")]]:
        found = await gather(*(info.context.load("agent", key) for key in self.agent_ids))
        return [agent for agent in found if agent is not None]


@strawberry.type(description="A change of a task.")
class TaskChange:
    kind: ChangeKind = strawberry.field(description="What happened.")
    id: strawberry.ID = strawberry.field(description="Which task.")
    task: Task | None = strawberry.field(description="How it is now; null once deleted.")


@strawberry.input(description="A new task.")
class CreateTaskInput:
    name: str = strawberry.field(description="1 to 100 characters, unique without regard to case.")
    description: str | None = optional("What it is for, at most 2,000 characters.")
    request_schema: Json | None = optional(
        "A JSON Schema of an object, at most 256 KiB; null: the input is free text.",
    )
    response_schema: Json = strawberry.field(
        description="A JSON Schema of an object, at most 256 KiB."
    )

    def new(self) -> NewTask:
        return NewTask(**given_fields(self))


@strawberry.input(description="What to change; a field left out stays as it is.")
class UpdateTaskInput:
    id: strawberry.ID = strawberry.field(description="Which task.")
    expected_revision: int | None = optional("Refuse if it is at another revision by now.")
    name: str | None = edit("A new name.")
    description: str | None = edit("A new description; null removes it.")
    request_schema: Json | None = edit("A new JSON Schema; null: the input is free text.")
    response_schema: Json | None = edit("A new JSON Schema.")

    def changes(self) -> TaskChanges:
        return cast("TaskChanges", given_fields(self))


@strawberry.input(description="Which task to delete.")
class DeleteTaskInput:
    id: strawberry.ID = strawberry.field(description="Which task.")


@strawberry.type(description="The task was created.")
class CreateTaskPayload:
    task: Task = strawberry.field(description="The new task.")


@strawberry.type(description="The task was updated; what runs already keeps its schemas.")
class UpdateTaskPayload:
    task: Task = strawberry.field(description="The task as it is now.")


@strawberry.type(description="The task was deleted; its revisions and runs stay readable.")
class DeleteTaskPayload:
    deleted_id: strawberry.ID = strawberry.field(description="The task that is gone.")


CreateTaskResult = Annotated[
    CreateTaskPayload | NameTakenError | InvalidInputError,
    strawberry.union("CreateTaskResult", description="What creating a task led to."),
]
UpdateTaskResult = Annotated[
    UpdateTaskPayload | NotFoundError | NameTakenError | InvalidInputError | StaleRevisionError,
    strawberry.union("UpdateTaskResult", description="What updating a task led to."),
]
DeleteTaskResult = Annotated[
    DeleteTaskPayload | NotFoundError | TaskInUseError,
    strawberry.union("DeleteTaskResult", description="What deleting a task led to."),
]
