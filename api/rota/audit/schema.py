"""GraphQL fields of the audit log."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

import strawberry

from rota.audit import service
from rota.audit.types import AuditEntry
from rota.graphql.changes import messages
from rota.graphql.context import Info
from rota.graphql.inputs import After, First
from rota.graphql.pagination import Connection
from rota.graphql.slice import GraphQLSlice
from rota.platform.kernel.actor import Actor, Role


@strawberry.type
class AuditQuery:
    @strawberry.field(description="What was done, newest first. Needs OWNER.")
    async def audit_entries(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        subject_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only what was done to this.")
        ] = None,
    ) -> Connection[AuditEntry]:
        page = service.list_entries(info.context.actor, first, after, subject_id)
        return Connection.of(page, AuditEntry)


@strawberry.type
class AuditSubscription:
    @strawberry.subscription(description="Whatever is done from now on. Needs OWNER.")
    async def audit_entry_added(self, info: Info) -> AsyncIterator[AuditEntry]:
        actor = info.context.actor
        actor.require(Role.OWNER)
        async for message in messages(info.context, "audit"):
            entry = await message.once("entry", partial(_entry, actor, message.id))
            if entry:
                yield entry


async def _entry(actor: Actor, id: str) -> AuditEntry | None:
    row = await service.get_entry(actor, id)
    return AuditEntry(row=row) if row else None


SLICE = GraphQLSlice(query=AuditQuery, subscription=AuditSubscription)
