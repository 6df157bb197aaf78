"""Assignments as stored. They are never removed; at most one per pair is active."""

from uuid import UUID

from tortoise import fields

from rota.agents.models import Agent
from rota.platform.storage.records import Row
from rota.tasks.models import Task


class Assignment(Row):
    """Agent and task may be gone; their last names stay."""

    id = fields.UUIDField(primary_key=True)
    agent: fields.ForeignKeyRelation[Agent] = fields.ForeignKeyField(
        "models.Agent", db_constraint=False, on_delete=fields.NO_ACTION
    )
    agent_id: UUID
    agent_name = fields.TextField()
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField(
        "models.Task", db_constraint=False, on_delete=fields.NO_ACTION
    )
    task_id: UUID
    task_name = fields.TextField()
    is_active = fields.BooleanField(default=True)
    assigned_at = fields.DatetimeField()

    class Meta:
        table = "assignment"
