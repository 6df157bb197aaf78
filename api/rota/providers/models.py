"""Providers as stored."""

from datetime import datetime

from tortoise import fields

from rota.platform.kernel.enums import DescribedStrEnum
from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import Row


class ProviderType(DescribedStrEnum):
    """What kind of server a provider is."""

    OLLAMA = "OLLAMA", "Ollama: baseUrl required, no key."
    OPENAI = "OPENAI", "OpenAI: apiKey required, no baseUrl."
    OPENAI_COMPATIBLE = (
        "OPENAI_COMPATIBLE",
        "Anything that speaks OpenAI's API (vLLM, llama.cpp, LM Studio, gateways): baseUrl "
        "required, apiKey optional.",
    )


class ValidationStatus(DescribedStrEnum):
    """How far the check of a provider's connection is."""

    PENDING = "PENDING", "A check was asked for."
    VALIDATING = "VALIDATING", "The server is being asked."
    CONNECTED = "CONNECTED", "It answered as a server of models."
    ERROR = "ERROR", "It cannot be used; validationError says why."


class Provider(Row):
    """`connection_revision` grows with address, key and type alone: what was found out about its
    server hangs on it. `validation_fix` is what a button would change: {"label", "baseUrl"}."""

    LARGE = ("models",)
    LENGTHY = ("base_url", "validation_error")

    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    name_key = fields.TextField()
    type = fields.CharEnumField(ProviderType, max_length=20)
    base_url: str | None = fields.TextField(null=True)
    sealed_key: str | None = fields.TextField(null=True)
    key_hint: str | None = fields.TextField(null=True)
    is_active = fields.BooleanField(default=True)
    revision = fields.IntField(default=1)
    connection_revision = fields.IntField(default=1)
    validation_status = fields.CharEnumField(ValidationStatus, max_length=20)
    validation_error: str | None = fields.TextField(null=True)
    validation_fix = JsonField[dict[str, str] | None](null=True)
    validated_at: datetime | None = fields.DatetimeField(null=True)
    status_since = fields.DatetimeField()
    models = JsonField[list[str]](default=list)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "provider"


class EncryptionCheck(Row):
    """One row at most: what the encryption key of this database has to open."""

    id = fields.SmallIntField(primary_key=True)
    sealed = fields.TextField()

    class Meta:
        table = "encryption_check"
