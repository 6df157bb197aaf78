"""The audit log in GraphQL."""

from datetime import datetime

import strawberry

from rota.audit import models as rows
from rota.graphql.scalars import Json


@strawberry.type(description="Something that somebody did.")
class AuditEntry:
    id: strawberry.ID = strawberry.field(description="Its id.")
    at: datetime = strawberry.field(description="When it was done.")
    actor: str = strawberry.field(description="Who did it.")
    action: str = strawberry.field(description="What was done, such as provider.created.")
    subject_id: strawberry.ID = strawberry.field(description="To what it was done.")
    subject_name: str = strawberry.field(description="What that was called then.")
    changes: Json = strawberry.field(
        description="Each changed field with its value before and after; secrets are masked."
    )

    @classmethod
    def of(cls, row: rows.AuditEntry) -> "AuditEntry":
        return cls(
            id=strawberry.ID(str(row.id)),
            at=row.at,
            actor=row.actor,
            action=row.action,
            subject_id=strawberry.ID(str(row.subject_id)),
            subject_name=row.subject_name,
            changes=Json(row.changes),
        )
