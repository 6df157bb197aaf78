"""The audit log as stored: append-only."""

from typing import Any

from tortoise import fields

from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import Row


class AuditEntry(Row):
    LARGE = ("changes",)

    id = fields.UUIDField(primary_key=True)
    at = fields.DatetimeField()
    actor = fields.TextField()
    action = fields.TextField()
    subject_id = fields.UUIDField()
    subject_name = fields.TextField()
    changes = JsonField[dict[str, Any]]()

    class Meta:
        table = "audit_entry"
