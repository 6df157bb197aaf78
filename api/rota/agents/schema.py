"""GraphQL fields of agents."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

import strawberry

from rota.agents import service
from rota.agents.events import AgentCreated
from rota.agents.loaders import agent_revisions, agents
from rota.agents.types import (
    Agent,
    AgentChange,
    AgentRevision,
    CreateAgentInput,
    CreateAgentPayload,
    CreateAgentResult,
    DeleteAgentInput,
    DeleteAgentPayload,
    DeleteAgentResult,
    UpdateAgentInput,
    UpdateAgentPayload,
    UpdateAgentResult,
)
from rota.graphql.changes import ChangeKind, messages
from rota.graphql.context import Info, RowRead
from rota.graphql.inputs import After, First, Id, Input, OptionalId, Search
from rota.graphql.pagination import Connection
from rota.graphql.slice import GraphQLSlice
from rota.platform.messaging.delivery import Message

KINDS = {
    "agent.created": ChangeKind.CREATED,
    "agent.updated": ChangeKind.UPDATED,
    "agent.deleted": ChangeKind.DELETED,
}


@strawberry.type
class AgentQuery:
    @strawberry.field(description="An agent, or null.")
    async def agent(self, id: Id) -> Agent | None:
        row = await service.get_agent(id)
        return Agent(row=row) if row else None

    @strawberry.field(description="All agents, by name.")
    async def agents(
        self,
        first: First = 50,
        after: After = None,
        search: Search = None,
        provider_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only those that use this provider."),
        ] = None,
    ) -> Connection[Agent]:
        return Connection.of(service.list_agents(first, after, search, provider_id), Agent)

    @strawberry.field(
        description="An agent's revisions, newest first; also once the agent is deleted."
    )
    async def agent_revisions(
        self,
        agent_id: Annotated[strawberry.ID, strawberry.argument(description="Whose revisions.")],
        first: First = 20,
        after: After = None,
    ) -> Connection[AgentRevision]:
        return Connection.of(service.list_revisions(agent_id, first, after), AgentRevision)


@strawberry.type
class AgentMutation:
    @strawberry.mutation(description="Create an agent on an active provider.")
    async def create_agent(self, info: Info, input: Input[CreateAgentInput]) -> CreateAgentResult:
        new = input.new()
        agent = await info.context.shortly_or_at_length(
            AgentCreated,
            shortly=partial(service.create_agent_at_once, new=new),
            at_length=partial(service.create_agent, new=new),
        )
        return CreateAgentPayload(agent=Agent(row=agent))

    @strawberry.mutation(
        description="Update an agent: a new revision, for the runs that are made from now on."
    )
    async def update_agent(self, info: Info, input: Input[UpdateAgentInput]) -> UpdateAgentResult:
        async with info.context.unit_of_work() as work:
            agent = await service.update_agent(
                work, input.id, input.changes(), input.expected_revision
            )
        return UpdateAgentPayload(agent=Agent(row=agent))

    @strawberry.mutation(
        description="Delete an agent, at any time. Its assignments end, its runs go on."
    )
    async def delete_agent(self, info: Info, input: Input[DeleteAgentInput]) -> DeleteAgentResult:
        async with info.context.unit_of_work() as work:
            await service.delete_agent(work, input.id)
        return DeleteAgentPayload(deleted_id=input.id)


@strawberry.type
class AgentSubscription:
    @strawberry.subscription(description="Every change of agents.")
    async def agent_changed(self, info: Info, id: OptionalId = None) -> AsyncIterator[AgentChange]:
        async for message in messages(info.context, "agent", id):
            if message.name in KINDS:
                yield await message.once("change", partial(_change, message))


async def _change(message: Message) -> AgentChange:
    row = await service.get_agent(message.id)
    return AgentChange(
        kind=KINDS[message.name],
        id=strawberry.ID(message.id),
        agent=Agent(row=row) if row else None,
    )


SLICE = GraphQLSlice(
    query=AgentQuery,
    mutation=AgentMutation,
    subscription=AgentSubscription,
    batch_reads={
        "agent": RowRead(agents, Agent),
        "agent_revision": RowRead(agent_revisions, AgentRevision),
    },
)
