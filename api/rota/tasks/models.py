"""Tasks and their immutable revisions, as stored. Schemas keep the order of their keys."""

from typing import Any

from tortoise import fields

from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import Row


class Task(Row):
    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    name_key = fields.TextField()
    description: str | None = fields.TextField(null=True)
    request_schema = JsonField[dict[str, Any] | None](null=True)
    response_schema = JsonField[dict[str, Any]]()
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "task"


class TaskRevision(Row):
    """Names its task by id alone: it outlives it."""

    id = fields.UUIDField(primary_key=True)
    task_id = fields.UUIDField()
    revision = fields.IntField()
    name = fields.TextField()
    description: str | None = fields.TextField(null=True)
    request_schema = JsonField[dict[str, Any] | None](null=True)
    response_schema = JsonField[dict[str, Any]]()
    created_at = fields.DatetimeField()
    created_by = fields.TextField()

    class Meta:
        table = "task_revision"
