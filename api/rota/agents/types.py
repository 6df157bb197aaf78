"""Agents in GraphQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry

from rota.agents import models as rows
from rota.agents.service import AgentChanges, NewAgent
from rota.graphql.changes import ChangeKind
from rota.graphql.errors import (
    InvalidInputError,
    NameTakenError,
    NotFoundError,
    StaleRevisionError,
)
from rota.graphql.fields import column, derived, joined, large, related
from rota.graphql.inputs import After, First, edit, given_fields, optional
from rota.graphql.pagination import Connection
from rota.graphql.scalars import Json
from rota.inference.modes import OutputModeChoice, ReasoningEffort
from rota.inference.settings import ModelSettings as Settings
from rota.providers.types import Provider, ProviderInactiveError

if TYPE_CHECKING:
    from rota.assignments.types import Assignment
    from rota.runs.types import Run

AnAssignment = Annotated["Assignment", strawberry.lazy("rota.assignments.types")]
ARun = Annotated["Run", strawberry.lazy("rota.runs.types")]


@strawberry.type(description="How an agent uses its model.")
class ModelSettings:
    temperature: float | None = strawberry.field(description="0 to 2; null: the vendor's default.")
    max_tokens: int | None = strawberry.field(
        description="How long an answer may be; null: the vendor's default."
    )
    timeout_seconds: int | None = strawberry.field(
        description="How long one claim of a run may take, every answer and back-off included; "
        "null: 300."
    )
    output_retries: int | None = strawberry.field(
        description="How often an answer that breaks the schema is sent back; null: 2."
    )
    top_p: float | None = strawberry.field(
        description="0 to 1: only the likeliest tokens that make up this share; null: the vendor's "
        "default."
    )
    seed: int | None = strawberry.field(
        description="Makes answers repeatable where the vendor can; null: none."
    )
    stop: list[str] | None = strawberry.field(
        description="The answer ends before one of these texts; null: none."
    )
    reasoning_effort: ReasoningEffort | None = strawberry.field(
        description="How much it is to think before it answers; null: the vendor's default."
    )
    presence_penalty: float | None = strawberry.field(
        description="-2 to 2: against what was said before; null: the vendor's default."
    )
    frequency_penalty: float | None = strawberry.field(
        description="-2 to 2: against what was said often; null: the vendor's default."
    )
    output_mode: OutputModeChoice | None = strawberry.field(
        description="How the model gets to know the response schema; null: AUTO."
    )
    confidence: bool | None = strawberry.field(
        description="Whether token probabilities are asked for, which are not calibrated; null: no."
    )
    extra: Json | None = strawberry.field(
        description="An object that is merged into each request, never over what Rota itself sets; "
        "null: nothing."
    )

    @classmethod
    def of(cls, settings: Settings) -> "ModelSettings":
        return cls(
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
            timeout_seconds=settings.timeout_seconds,
            output_retries=settings.output_retries,
            top_p=settings.top_p,
            seed=settings.seed,
            stop=settings.stop,
            reasoning_effort=settings.effort,
            presence_penalty=settings.presence_penalty,
            frequency_penalty=settings.frequency_penalty,
            output_mode=settings.output_mode and OutputModeChoice(settings.output_mode),
            confidence=settings.confidence,
            extra=cast("Json | None", settings.extra),
        )


@strawberry.type(description="How many runs an agent has, by status.")
class RunCounts:
    """The row is the number of runs in each status; one that is missing has none."""

    row: strawberry.Private[Mapping[str, int]]
    queued: int = derived(lambda counts: counts.get("QUEUED", 0), "Waiting now.")
    running: int = derived(
        lambda counts: counts.get("RUNNING", 0) + counts.get("CANCELLING", 0),
        "Running now, those being cancelled included.",
    )
    succeeded: int = derived(lambda counts: counts.get("SUCCEEDED", 0), "Ended with an output.")
    failed: int = derived(lambda counts: counts.get("FAILED", 0), "Ended with an error.")
    cancelled: int = derived(lambda counts: counts.get("CANCELLED", 0), "Ended by being cancelled.")


@strawberry.type(description="Who does the work: prompts and a model of a provider.")
class Agent:
    row: strawberry.Private[rows.Agent]
    id: strawberry.ID = column("id", "Its id.")
    name: str = column("name", "Its name, unique without regard to case.")
    description: str | None = column("description", "What it is for.")
    system_prompt: str = large("system_prompt", "Sent to the model literally.")
    user_prompt: str | None = large(
        "user_prompt",
        "A template: {{name}} stands for that property of the input, {{input}} for "
        "the whole; null: the input alone is sent.",
    )
    model_name: str = column("model_name", "Which of the provider's models it uses.")
    model_settings: ModelSettings = derived(
        lambda row: ModelSettings.of(row.settings), "How it uses the model."
    )
    revision: int = column(
        "revision", "Grows by one with every change; old revisions stay readable."
    )
    created_at: datetime = column("created_at", "When it was created.")
    updated_at: datetime = column("updated_at", "When it last changed.")

    provider: Provider = related("provider", "provider_id", "Whose model it uses.")

    assignments: list[AnAssignment] = related(
        "active_assignments_of_agent", "id", "Its active assignments."
    )

    @joined("run_counts_of_agent", RunCounts, of="id", description="How many runs it has.")
    def run_counts(
        self,
        since: Annotated[
            datetime,
            strawberry.argument(description="Counts what ended since; queued, running ignore it."),
        ],
    ) -> tuple[UUID, datetime]:
        return self.row.id, since

    @joined("runs_of_agent", Connection[ARun], of="id", description="Its runs, newest first.")
    def runs(self, first: First = 20, after: After = None) -> tuple[UUID, int | None, str | None]:
        return self.row.id, first, after


@strawberry.type(description="An agent as it was after one change. It never changes itself.")
class AgentRevision:
    row: strawberry.Private[rows.AgentRevision]
    id: strawberry.ID = column("id", "Its id.")
    agent_id: strawberry.ID = column("agent_id", "The agent, which may be gone.")
    revision: int = column("revision", "1 for the first, then one more each time.")
    name: str = column("name", "The agent's name then.")
    description: str | None = column("description", "What it was for.")
    system_prompt: str = large("system_prompt", "Its system prompt then.")
    user_prompt: str | None = large("user_prompt", "Its user prompt then.")
    model_name: str = column("model_name", "The model it used.")
    model_settings: ModelSettings = derived(
        lambda row: ModelSettings.of(row.settings), "How it used the model."
    )
    provider_id: strawberry.ID = column("provider_id", "The provider, which may be gone.")
    provider_name: str = column("provider_name", "The provider's name then.")
    created_at: datetime = column("created_at", "When the change was made.")
    created_by: str = column("created_by", "Who made it.")


@strawberry.type(description="A change of an agent.")
class AgentChange:
    kind: ChangeKind = strawberry.field(description="What happened.")
    id: strawberry.ID = strawberry.field(description="Which agent.")
    agent: Agent | None = strawberry.field(description="How it is now; null once deleted.")


@strawberry.input(description="How to use the model; what is left out stays, null clears.")
class ModelSettingsInput:
    temperature: float | None = edit("0 to 2.")
    max_tokens: int | None = edit("How long an answer may be, at least 1.")
    timeout_seconds: int | None = edit("How long one claim of a run may take, 1 to 86,400.")
    output_retries: int | None = edit("How often to send back a wrong answer, 0 to 10.")
    top_p: float | None = edit("0 to 1.")
    seed: int | None = edit("Any whole number.")
    stop: list[str] | None = edit("1 to 16 texts of at most 200 characters.")
    reasoning_effort: ReasoningEffort | None = edit("How much to think before the answer.")
    presence_penalty: float | None = edit("-2 to 2.")
    frequency_penalty: float | None = edit("-2 to 2.")
    output_mode: OutputModeChoice | None = edit("How the model gets to know the response schema.")
    confidence: bool | None = edit("Whether to ask for token probabilities.")
    extra: Json | None = edit(
        "An object to merge into each request; without n, stream, tools, messages, keys or secrets."
    )


@strawberry.input(description="A new agent.")
class CreateAgentInput:
    name: str = strawberry.field(description="1 to 100 characters, unique without regard to case.")
    description: str | None = optional("What it is for, at most 2,000 characters.")
    provider_id: strawberry.ID = strawberry.field(description="An active provider.")
    system_prompt: str = strawberry.field(description="Not blank, at most 100,000 characters.")
    user_prompt: str | None = optional("A template, at most 100,000 characters.")
    model_name: str = strawberry.field(
        description="One of the provider's models, at most 200 characters."
    )
    model_settings: ModelSettingsInput | None = optional(
        "How to use the model; null: all defaults."
    )

    def new(self) -> NewAgent:
        return NewAgent(**given_fields(self))


@strawberry.input(description="What to change; a field left out stays as it is.")
class UpdateAgentInput:
    id: strawberry.ID = strawberry.field(description="Which agent.")
    expected_revision: int | None = optional("Refuse if it is at another revision by now.")
    name: str | None = edit("A new name.")
    description: str | None = edit("A new description; null removes it.")
    provider_id: strawberry.ID | None = edit("Another provider, an active one.")
    system_prompt: str | None = edit("A new system prompt.")
    user_prompt: str | None = edit("A new user prompt; null removes it.")
    model_name: str | None = edit("Another model.")
    model_settings: ModelSettingsInput | None = edit(
        "What to change of the settings; null resets them all."
    )

    def changes(self) -> AgentChanges:
        return cast("AgentChanges", given_fields(self))


@strawberry.input(description="Which agent to delete.")
class DeleteAgentInput:
    id: strawberry.ID = strawberry.field(description="Which agent.")


@strawberry.type(description="The agent was created.")
class CreateAgentPayload:
    agent: Agent = strawberry.field(description="The new agent.")


@strawberry.type(description="The agent was updated; what runs already is not disturbed.")
class UpdateAgentPayload:
    agent: Agent = strawberry.field(description="The agent as it is now.")


@strawberry.type(description="The agent was deleted; its revisions and runs stay readable.")
class DeleteAgentPayload:
    deleted_id: strawberry.ID = strawberry.field(description="The agent that is gone.")


CreateAgentResult = Annotated[
    CreateAgentPayload | NameTakenError | NotFoundError | ProviderInactiveError | InvalidInputError,
    strawberry.union("CreateAgentResult", description="What creating an agent led to."),
]
UpdateAgentResult = Annotated[
    UpdateAgentPayload
    | NameTakenError
    | NotFoundError
    | ProviderInactiveError
    | InvalidInputError
    | StaleRevisionError,
    strawberry.union("UpdateAgentResult", description="What updating an agent led to."),
]
DeleteAgentResult = Annotated[
    DeleteAgentPayload | NotFoundError,
    strawberry.union("DeleteAgentResult", description="What deleting an agent led to."),
]
