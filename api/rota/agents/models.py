"""Agents and their immutable revisions, as stored."""

from typing import Any
from uuid import UUID

from tortoise import fields

from rota.inference.settings import ModelSettings
from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import Row
from rota.providers.models import Provider


class AgentFields(Row):
    """What an agent holds, and each of its revisions."""

    LARGE = ("system_prompt", "user_prompt")
    LENGTHY = ("description",)

    name = fields.TextField()
    description: str | None = fields.TextField(null=True)
    provider_id: UUID
    system_prompt = fields.TextField()
    user_prompt: str | None = fields.TextField(null=True)
    model_name = fields.TextField()
    model_settings = JsonField[dict[str, Any]](default=dict)

    class Meta:
        abstract = True

    @property
    def settings(self) -> ModelSettings:
        return ModelSettings(**self.model_settings)


class Agent(AgentFields):
    id = fields.UUIDField(primary_key=True)
    name_key = fields.TextField()
    provider: fields.ForeignKeyRelation[Provider] = fields.ForeignKeyField(
        "models.Provider", on_delete=fields.RESTRICT
    )
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "agent"


class AgentRevision(AgentFields):
    """Names its agent and provider by id alone: it outlives both."""

    id = fields.UUIDField(primary_key=True)
    agent_id = fields.UUIDField()
    revision = fields.IntField()
    provider_id = fields.UUIDField()
    provider_name = fields.TextField()
    created_at = fields.DatetimeField()
    created_by = fields.TextField()

    class Meta:
        table = "agent_revision"
