"""Runs and their events in GraphQL."""

from datetime import datetime
from typing import Annotated

import strawberry

from rota.agents.models import AgentRevision as AgentRevisionRow
from rota.agents.types import Agent, AgentRevision
from rota.assignments.types import Assignment, AssignmentInactiveError
from rota.graphql.changes import ChangeKind
from rota.graphql.context import Info
from rota.graphql.errors import Error, InvalidInputError, NotFoundError
from rota.graphql.fields import column, derived, related
from rota.graphql.scalars import Json
from rota.inference.prompt import render_user_prompt
from rota.providers.types import ProviderInactiveError
from rota.runs import models as rows
from rota.runs import service
from rota.runs.event_types import RunError, RunEvent, Usage, event_of
from rota.runs.models import RunStatus
from rota.tasks.types import Task, TaskRevision


@strawberry.type(description="The prompt as it is sent.")
class RunPrompt:
    system: str = strawberry.field(description="The system prompt, literally.")
    user: str = strawberry.field(description="The user prompt with the input filled in.")


@strawberry.type(description="An agent doing a task once.")
class Run:
    row: strawberry.Private[rows.Run]
    id: strawberry.ID = column("id", "Its id.")
    status: RunStatus = column("status", "How far it is.")
    agent_id: strawberry.ID = column("agent_id", "Whose run it is.")
    agent_name: str = column("agent_name", "The agent's name when the run was made.")
    task_id: strawberry.ID = column("task_id", "Which task it does.")
    task_name: str = column("task_name", "The task's name when the run was made.")
    input: Json = column("input", "What it was given.")
    output: Json | None = column(
        "output", "The answer; always valid against taskRevision.responseSchema."
    )
    error: RunError | None = derived(
        lambda row: RunError.of(row) if row.error_code else None,
        "Why it failed; null if it did not.",
    )
    attempt: int = column("attempt", "How often a worker took it, 0 before the first.")
    usage: Usage = derived(Usage.of, "What it used so far.")
    last_sequence: int = column("last_sequence", "The sequence of its newest event.")
    created_by: str = column("created_by", "Who asked for it.")
    queued_at: datetime = column("queued_at", "When it was asked for.")
    started_at: datetime | None = column("started_at", "When a worker first took it.")
    finished_at: datetime | None = column("finished_at", "When it ended.")

    assignment: Assignment = related("assignment", "assignment_id", "The assignment it came from.")

    agent: Agent | None = related("agent", "agent_id", "The agent; null once deleted.")

    agent_revision: AgentRevision = related(
        "agent_revision", "agent_revision_id", "The revision of the agent that this run uses."
    )

    task: Task | None = related("task", "task_id", "The task; null once deleted.")

    task_revision: TaskRevision = related(
        "task_revision", "task_revision_id", "The revision of the task that this run uses."
    )

    @strawberry.field(description="The prompt as it is sent.")
    async def prompt(self, info: Info) -> RunPrompt:
        found = await info.context.load("agent_revision", self.row.agent_revision_id)
        revision: AgentRevisionRow = found.row
        user = render_user_prompt(revision.user_prompt, self.row.input)
        return RunPrompt(system=revision.system_prompt, user=user)

    @strawberry.field(description="What happened to it, by sequence.")
    async def events(
        self,
        first: Annotated[
            int | None, strawberry.argument(description="How many at most, 1 to 1,000.")
        ] = 100,
        after: Annotated[
            int | None, strawberry.argument(description="Only events with a higher sequence.")
        ] = 0,
    ) -> list[RunEvent]:
        events = await service.list_events(self.row.id, first, after)
        # The row was read before: what happened since is left for the next time.
        return [
            event_of(event, self.row)
            for event in events
            if event.sequence <= self.row.last_sequence
        ]


@strawberry.type(description="A change of a run's status.")
class RunChange:
    kind: ChangeKind = strawberry.field(description="What happened.")
    id: strawberry.ID = strawberry.field(description="Which run.")
    run: Run | None = strawberry.field(description="How it is now; null once removed.")


@strawberry.type(description="The key was used for another request; nothing was stored.")
class IdempotencyConflictError(Error):
    run_id: strawberry.ID | None = strawberry.field(
        description="The run that the key belongs to; null where it is not a run's."
    )


@strawberry.input(description="What to run.")
class RunTaskInput:
    assignment_id: strawberry.ID = strawberry.field(description="Which agent on which task.")
    input: Json = strawberry.field(
        description="Valid against the task's requestSchema; a JSON string where it has none."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Makes the request safe to repeat: the same key gives the same run.",
    )


@strawberry.input(description="What to stop.")
class CancelRunInput:
    run_id: strawberry.ID = strawberry.field(description="Which run.")


@strawberry.type(description="The run is stored and will be done.")
class RunTaskPayload:
    run: Run = strawberry.field(description="The run.")


@strawberry.type(description="The run is stopped, is being stopped, or was over already.")
class CancelRunPayload:
    run: Run = strawberry.field(description="The run as it is now.")


RunTaskResult = Annotated[
    RunTaskPayload
    | NotFoundError
    | InvalidInputError
    | AssignmentInactiveError
    | ProviderInactiveError
    | IdempotencyConflictError,
    strawberry.union("RunTaskResult", description="What asking for a run led to."),
]
CancelRunResult = Annotated[
    CancelRunPayload | NotFoundError,
    strawberry.union("CancelRunResult", description="What asking to stop led to."),
]
