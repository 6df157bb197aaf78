"""Runs and their events in GraphQL."""

from datetime import datetime
from typing import Annotated

import strawberry

from rota.agents.models import AgentRevision as AgentRevisionRow
from rota.agents.types import Agent, AgentRevision
from rota.assignments.types import Assignment, AssignmentInactiveError
from rota.graphql.changes import ChangeKind
from rota.graphql.context import Info
from rota.graphql.errors import Error, InvalidInputError, Issue, NotFoundError
from rota.graphql.fields import column, derived, large, related
from rota.graphql.scalars import Json
from rota.inference.modes import OutputMode
from rota.inference.prompt import render_user_prompt, system_message
from rota.providers.types import ProviderInactiveError
from rota.runs import models as rows
from rota.runs import requests, service
from rota.runs.event_types import RunError, RunEvent, Usage, event_of, issues_of
from rota.runs.models import RunStatus
from rota.tasks.types import Task, TaskRevision


@strawberry.type(description="A way to a typed answer that the server refused.")
class RuledOutMode:
    row: strawberry.Private[rows.RuledOutMode]
    model_name: str = column("model_name", "The model.")
    mode: OutputMode = column("mode", "What is not tried again.")
    message: str = column("message", "What happened.")
    ruled_out_at: datetime = column("ruled_out_at", "When it happened.")


@strawberry.type(description="The prompt as it is sent.")
class RunPrompt:
    system: str = strawberry.field(
        description="The system prompt, literally; behind it the schema where outputMode shows it."
    )
    user: str = strawberry.field(description="The user prompt with the input filled in.")


@strawberry.type(description="One request to the vendor, and what it said.")
class RunRequest:
    row: strawberry.Private[requests.RunRequest]
    attempt: int = column("attempt", "In which claim of the run it was sent.")
    position: int = column("position", "1 is the first of its run.")
    messages: Json = column(
        "messages", "As they were sent, whole: [{role, content}], corrections included."
    )
    output_mode: OutputMode = column("output_mode", "How the model got to know the schema.")
    schema: Json | None = column(
        "schema", "The schema as it went out; null where the messages alone show it."
    )
    text: str | None = column(
        "text", "What came back; null where nothing did, or the request was refused."
    )
    issues: list[Issue] = derived(
        lambda row: issues_of(row.issues), "Why it was rejected; empty where it was not."
    )
    finish_reason: str | None = column("finish_reason", "The vendor's own word.")
    input_tokens: int | None = column("input_tokens", "As the vendor said; null: it did not.")
    output_tokens: int | None = column("output_tokens", "As the vendor said; null: it did not.")
    cached_tokens: int | None = column("cached_tokens", "As the vendor said; null: it did not.")
    thoughts: str | None = column("thoughts", "Set apart from the text; null: none.")
    started_at: datetime = column("started_at", "When it was sent.")
    first_token_at: datetime | None = column("first_token_at", "When the first text came.")
    finished_at: datetime | None = column("finished_at", "When the answer was complete.")


@strawberry.type(description="An agent doing a task once.")
class Run:
    row: strawberry.Private[rows.Run]
    id: strawberry.ID = column("id", "Its id.")
    status: RunStatus = column("status", "How far it is.")
    agent_id: strawberry.ID = column("agent_id", "Whose run it is.")
    agent_name: str = column("agent_name", "The agent's name when the run was made.")
    task_id: strawberry.ID = column("task_id", "Which task it does.")
    task_name: str = column("task_name", "The task's name when the run was made.")
    input: Json = large("input", "What it was given.")
    output: Json | None = large(
        "output", "The answer; always valid against taskRevision.responseSchema."
    )
    error: RunError | None = derived(
        lambda row: RunError.of(row) if row.error_code else None,
        "Why it failed; null if it did not.",
    )
    output_mode: OutputMode | None = column(
        "output_mode", "How the model got to know the schema; null before the first request."
    )
    thoughts: str | None = large(
        "thoughts",
        "What the model said before the answer that was kept, else before the last one; null: "
        "nothing.",
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
        agent = await info.context.load("agent_revision", self.row.agent_revision_id)
        task = await info.context.load("task_revision", self.row.task_revision_id)
        revision: AgentRevisionRow = agent.row
        await info.context.fill([self.row], ("input",))
        await info.context.fill([revision], ("system_prompt", "user_prompt"))
        await info.context.fill([task.row], ("response_schema",))
        mode, system = self.row.output_mode, revision.system_prompt
        if mode is not None:
            system = system_message(system, task.row.response_schema, mode)
        user = render_user_prompt(revision.user_prompt, self.row.input)
        return RunPrompt(system=system, user=user)

    @strawberry.field(
        description="Everything the vendor was sent and said, first to last; empty where it was "
        "not kept."
    )
    async def requests(self) -> list[RunRequest]:
        return [RunRequest(row=row) for row in await service.list_requests(self.row.id)]

    @strawberry.field(description="What happened to it, by sequence.")
    async def events(
        self,
        info: Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many at most, 1 to 1,000.")
        ] = 100,
        after: Annotated[
            int | None, strawberry.argument(description="Only events with a higher sequence.")
        ] = 0,
    ) -> list[RunEvent]:
        events = await service.list_events(self.row.id, first, after)
        if any(event.type is rows.EventType.SUCCEEDED for event in events):
            await info.context.fill([self.row], ("output",))
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
