"""GraphQL fields of the audit log."""

from typing import Annotated

import strawberry

from rota.audit import service
from rota.audit.types import AuditEntry
from rota.graphql.context import Info
from rota.graphql.inputs import After, First
from rota.graphql.pagination import Connection, connect


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
        page = await service.list_entries(info.context.actor, first, after, subject_id)
        return connect(page, AuditEntry)
