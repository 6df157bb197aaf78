"""Agents and their immutable revisions, as stored."""

from typing import Any
from uuid import UUID

from tortoise import fields

from rota.inference.settings import ModelSettings
from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import Row
from rota.providers.models import Provider


class Agent(Row):
    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    name_key = fields.TextField()
    description: str | None = fields.TextField(null=True)
    provider: fields.ForeignKeyRelation[Provider] = fields.ForeignKeyField(
        "models.Provider", on_delete=fields.RESTRICT
    )
    provider_id: UUID
    system_prompt = fields.TextField()
    user_prompt: str | None = fields.TextField(null=True)
    model_name = fields.TextField()
    model_settings = JsonField[dict[str, Any]](default=dict)
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "agent"

    @property
    def settings(self) -> ModelSettings:
        return ModelSettings(**self.model_settings)


class AgentRevision(Row):
    """Names its agent and provider by id alone: it outlives both."""

    id = fields.UUIDField(primary_key=True)
    agent_id = fields.UUIDField()
    revision = fields.IntField()
    name = fields.TextField()
    description: str | None = fields.TextField(null=True)
    provider_id = fields.UUIDField()
    provider_name = fields.TextField()
    system_prompt = fields.TextField()
    user_prompt: str | None = fields.TextField(null=True)
    model_name = fields.TextField()
    model_settings = JsonField[dict[str, Any]](default=dict)
    created_at = fields.DatetimeField()
    created_by = fields.TextField()

    class Meta:
        table = "agent_revision"

    @property
    def settings(self) -> ModelSettings:
        return ModelSettings(**self.model_settings)
