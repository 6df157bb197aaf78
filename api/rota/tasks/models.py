"""Tasks and their immutable revisions, as stored. Schemas keep the order of their keys."""

from typing import Any

from tortoise import fields

from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import Row


class TaskFields(Row):
    """What a task holds, and each of its revisions."""

    LARGE = ("request_schema", "response_schema")
    LENGTHY = ("description",)

    name = fields.TextField()
    description: str | None = fields.TextField(null=True)
    request_schema = JsonField[dict[str, Any] | None](null=True)
    response_schema = JsonField[dict[str, Any]]()

    class Meta:
        abstract = True


class Task(TaskFields):
    id = fields.UUIDField(primary_key=True)
    name_key = fields.TextField()
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "task"


class TaskRevision(TaskFields):
    """Names its task by id alone: it outlives it."""

    id = fields.UUIDField(primary_key=True)
    task_id = fields.UUIDField()
    revision = fields.IntField()
    created_at = fields.DatetimeField()
    created_by = fields.TextField()

    class Meta:
        table = "task_revision"
