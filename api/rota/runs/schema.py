"""GraphQL fields of runs."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry

from rota.agents.types import RunCounts
from rota.graphql.changes import ChangeKind, messages
from rota.graphql.context import Info, RowRead, shown
from rota.graphql.inputs import After, First, Id, Input, OptionalId
from rota.graphql.pagination import Connection
from rota.graphql.slice import GraphQLSlice
from rota.platform.kernel.answer_size import TooLarge
from rota.platform.kernel.errors import BadRequest
from rota.platform.messaging.delivery import Message
from rota.runs import service
from rota.runs.errors import IdempotencyConflict
from rota.runs.event_types import EVENT_TYPES, RunEvent, event_of
from rota.runs.follow import follow
from rota.runs.loaders import ruled_out_modes_of_provider, run_counts_of_agent
from rota.runs.models import RunStatus
from rota.runs.queueing import run_task
from rota.runs.service import RunFilter
from rota.runs.types import (
    CancelRunInput,
    CancelRunPayload,
    CancelRunResult,
    IdempotencyConflictError,
    RuledOutMode,
    Run,
    RunChange,
    RunTaskInput,
    RunTaskPayload,
    RunTaskResult,
)


@strawberry.type
class RunQuery:
    @strawberry.field(description="A run, or null.")
    async def run(self, id: Id) -> Run | None:
        row = await service.get_run(id)
        return Run(row=row) if row else None

    @strawberry.field(description="Runs, newest first.")
    async def runs(  # noqa: PLR0917 (the contract's own arguments)
        self,
        first: First = 50,
        after: After = None,
        agent_id: OptionalId = None,
        task_id: OptionalId = None,
        assignment_id: OptionalId = None,
        statuses: Annotated[
            list[RunStatus] | None, strawberry.argument(description="Only runs in one of these.")
        ] = None,
        queued_after: Annotated[
            datetime | None, strawberry.argument(description="Only runs asked for after this.")
        ] = None,
        queued_before: Annotated[
            datetime | None, strawberry.argument(description="Only runs asked for before this.")
        ] = None,
    ) -> Connection[Run]:
        wanted = RunFilter(
            agent_id=agent_id,
            task_id=task_id,
            assignment_id=assignment_id,
            statuses=statuses,
            queued_after=queued_after,
            queued_before=queued_before,
        )
        return Connection.of(await service.list_runs(wanted, first, after), Run)


@strawberry.type
class RunMutation:
    @strawberry.mutation(description="Have an agent do its task; answers once the run is stored.")
    async def run_task(self, info: Info, input: Input[RunTaskInput]) -> RunTaskResult:
        context = info.context
        run = await run_task(
            context.resources,
            context.rules,
            input.assignment_id,
            input.input,
            actor=context.actor,
            key=input.idempotency_key,
        )
        return RunTaskPayload(run=Run(row=run))

    @strawberry.mutation(description="Stop a run.")
    async def cancel_run(self, info: Info, input: Input[CancelRunInput]) -> CancelRunResult:
        async with info.context.unit_of_work() as work:
            run = await service.cancel_run(work, input.run_id)
        return CancelRunPayload(run=Run(row=run))


@strawberry.type
class RunSubscription:
    @strawberry.subscription(description="Runs whose status changes.")
    async def run_changed(
        self,
        info: Info,
        agent_id: OptionalId = None,
        task_id: OptionalId = None,
        assignment_id: OptionalId = None,
    ) -> AsyncIterator[RunChange]:
        wanted = {"agent_id": agent_id, "task_id": task_id, "assignment_id": assignment_id}
        filters = {key: value.lower() for key, value in wanted.items() if value is not None}
        async for message in messages(info.context, "run"):
            if message.name == "run.changed" and filters.items() <= message.fields.items():
                yield await message.once("change", partial(_change, message))

    @strawberry.subscription(
        description=(
            "Every event of a run with a higher sequence than `after`, then live; completes "
            "after the last one."
        )
    )
    def run_events(
        self,
        info: Info,
        run_id: Annotated[strawberry.ID, strawberry.argument(description="Which run.")],
        after: Annotated[
            int | None, strawberry.argument(description="The last sequence that is known.")
        ] = 0,
    ) -> AsyncIterator[RunEvent]:
        return follow(info.context.resources.bus, run_id, after or 0, event_of)


async def _change(message: Message) -> RunChange:
    row = await message.together("run", service.get_runs)
    is_new = message.fields["status"] == "QUEUED" and not message.fields["attempt"]
    return RunChange(
        kind=ChangeKind.CREATED if is_new else ChangeKind.UPDATED,
        id=strawberry.ID(message.id),
        run=Run(row=row) if row else None,
    )


async def runs_of_agent(keys: Sequence[tuple[UUID, int | None, str | None]]) -> list[Any]:
    """A page of runs per key (agent, first, after), for Agent.runs. A key that makes no sense gets
    its refusal, and no other key does."""
    return [await _page_of_agent(*key) for key in keys]


async def _page_of_agent(agent_id: UUID, first: int | None, after: str | None) -> Any:
    try:
        page = await service.list_runs(RunFilter(agent_id=str(agent_id)), first, after, default=20)
    except TooLarge:
        raise  # that is the whole answer's
    except BadRequest as refusal:
        return refusal  # raised where it is shown
    return Connection.of(page, Run)


SLICE = GraphQLSlice(
    query=RunQuery,
    mutation=RunMutation,
    subscription=RunSubscription,
    types=EVENT_TYPES,
    batch_reads={
        "run_counts_of_agent": shown(run_counts_of_agent, RunCounts),
        "runs_of_agent": runs_of_agent,
        "ruled_out_modes_of_provider": RowRead(
            ruled_out_modes_of_provider, RuledOutMode, is_list=True
        ),
    },
    errors={IdempotencyConflict: IdempotencyConflictError},
)
