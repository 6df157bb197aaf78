"""The audit log in GraphQL."""

from datetime import datetime

import strawberry

from rota.audit import models as rows
from rota.graphql.fields import column, large
from rota.graphql.scalars import Json


@strawberry.type(description="Something that somebody did.")
class AuditEntry:
    row: strawberry.Private[rows.AuditEntry]
    id: strawberry.ID = column("id", "Its id.")
    at: datetime = column("at", "When it was done.")
    actor: str = column("actor", "Who did it.")
    action: str = column("action", "What was done, such as provider.created.")
    subject_id: strawberry.ID = column("subject_id", "To what it was done.")
    subject_name: str = column("subject_name", "What that was called then.")
    changes: Json = large(
        "changes", "Each changed field with its value before and after; secrets are masked."
    )
