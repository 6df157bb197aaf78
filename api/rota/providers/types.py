"""Providers in GraphQL."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast

import strawberry
from strawberry import UNSET

from rota.graphql.changes import ChangeKind
from rota.graphql.errors import (
    Error,
    InvalidInputError,
    NameTakenError,
    NotFoundError,
    StaleRevisionError,
)
from rota.graphql.fields import column, derived, large, related
from rota.graphql.inputs import given_fields
from rota.platform.crypto import Secret
from rota.providers import models as rows
from rota.providers.models import ProviderType, ValidationStatus
from rota.providers.service import NewProvider, ProviderChanges

if TYPE_CHECKING:
    from rota.runs.types import RuledOutMode

ARuledOutMode = Annotated["RuledOutMode", strawberry.lazy("rota.runs.types")]


@strawberry.type(description="A model that a provider offers.")
class ProviderModel:
    name: str = strawberry.field(description="What to call it in an agent's modelName.")


@strawberry.type(description="What a button would change.")
class ProbeFix:
    label: str = strawberry.field(description="What the button says.")
    base_url: str | None = strawberry.field(description="The address to set; null: none.")
    provider_type: ProviderType | None = strawberry.field(
        default=None, description="The type to choose; null: the one that is."
    )
    model_name: str | None = strawberry.field(
        default=None, description="The model to choose; null: the one that is."
    )
    context_tokens: int | None = strawberry.field(
        default=None, description="The context to ask for, in tokens; null: as it is."
    )
    command: str | None = strawberry.field(
        default=None, description="What to type on the server; null: nothing."
    )

    @classmethod
    def of(cls, fix: dict[str, str]) -> "ProbeFix":
        return cls(label=fix["label"], base_url=fix.get("baseUrl"))


@strawberry.type(description="A connection to a vendor or server of models.")
class Provider:
    row: strawberry.Private[rows.Provider]
    id: strawberry.ID = column("id", "Its id.")
    name: str = column("name", "Its name, unique without regard to case.")
    type: ProviderType = column("type", "What kind of server it is.")
    base_url: str | None = column("base_url", "The server's address; null for OPENAI.")
    api_key_hint: str | None = column(
        "key_hint", "The key's last four characters; the key itself never leaves the server."
    )
    is_active: bool = column("is_active", "Whether it takes new agents and runs.")
    revision: int = column("revision", "Grows with every change of the settings, not with checks.")
    validation_status: ValidationStatus = column(
        "validation_status", "How far the check of its connection is."
    )
    validation_error: str | None = column(
        "validation_error", "What is wrong with the connection and what to do about it."
    )
    validation_fix: ProbeFix | None = derived(
        lambda row: ProbeFix.of(row.validation_fix) if row.validation_fix else None,
        "The right address, where a check found it.",
    )
    validated_at: datetime | None = column(
        "validated_at", "When the last check ended, whatever its verdict."
    )
    models: list[ProviderModel] = large(
        "models",
        "What the last good check listed; empty where the server keeps no list, whose models can "
        "be used by their names all the same. Cleared by a new address.",
        lambda row: [ProviderModel(name=name) for name in row.models],
    )
    created_at: datetime = column("created_at", "When it was created.")
    updated_at: datetime = column("updated_at", "When its settings last changed.")

    ruled_out_modes: list[ARuledOutMode] = related(
        "ruled_out_modes_of_provider",
        "id",
        "What its server refused and is not asked for again; forgotten with a new address or key.",
    )


@strawberry.type(description="A provider that takes nothing new was asked for something new.")
class ProviderInactiveError(Error):
    path: list[str] = strawberry.field(description="The input field that names it.")
    provider_id: strawberry.ID = strawberry.field(description="The inactive provider.")


@strawberry.type(description="A change of a provider.")
class ProviderChange:
    kind: ChangeKind = strawberry.field(description="What happened.")
    id: strawberry.ID = strawberry.field(description="Which provider.")
    provider: Provider | None = strawberry.field(description="How it is now; null once deleted.")


@strawberry.input(description="A new provider.")
class CreateProviderInput:
    name: str = strawberry.field(description="1 to 100 characters, unique without regard to case.")
    type: ProviderType = strawberry.field(description="What kind of server it is.")
    base_url: str | None = strawberry.field(
        default=None, description="Needed by all but OPENAI, which takes none."
    )
    api_key: str | None = strawberry.field(
        default=None, description="Needed by OPENAI; OLLAMA takes none. Never shown again."
    )

    def new(self) -> NewProvider:
        return NewProvider(
            name=self.name,
            type=self.type,
            base_url=self.base_url,
            api_key=Secret(self.api_key) if self.api_key is not None else None,
        )


@strawberry.input(description="What to change; a field left out stays as it is.")
class UpdateProviderInput:
    id: strawberry.ID = strawberry.field(description="Which provider.")
    expected_revision: int | None = strawberry.field(
        default=None, description="Refuse if it is at another revision by now."
    )
    name: str | None = strawberry.field(default=UNSET, description="A new name.")
    base_url: str | None = strawberry.field(
        default=UNSET,
        description="A new address; one of another origin needs the key typed again.",
    )
    api_key: str | None = strawberry.field(default=UNSET, description="A new key; null removes it.")
    is_active: bool | None = strawberry.field(
        default=UNSET, description="Whether it takes new agents and runs."
    )

    def changes(self) -> ProviderChanges:
        given = cast("ProviderChanges", given_fields(self))
        if isinstance(self.api_key, str):
            given["api_key"] = Secret(self.api_key)
        return given


@strawberry.input(description="Which provider to delete.")
class DeleteProviderInput:
    id: strawberry.ID = strawberry.field(description="Which provider.")


@strawberry.input(description="Which provider to check.")
class ValidateProviderInput:
    id: strawberry.ID = strawberry.field(description="Which provider.")


@strawberry.type(description="The provider was created; its check follows.")
class CreateProviderPayload:
    provider: Provider = strawberry.field(description="The new provider.")


@strawberry.type(description="The provider was updated.")
class UpdateProviderPayload:
    provider: Provider = strawberry.field(description="The provider as it is now.")


@strawberry.type(description="The provider was removed, or deactivated because it is in use.")
class DeleteProviderPayload:
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The provider that is gone; null if it is in use."
    )
    provider: Provider | None = strawberry.field(
        default=None, description="The provider in use, now inactive; null if it is gone."
    )


@strawberry.type(description="The check was asked for.")
class ValidateProviderPayload:
    provider: Provider = strawberry.field(description="The provider, its check pending.")


CreateProviderResult = Annotated[
    CreateProviderPayload | NameTakenError | InvalidInputError,
    strawberry.union("CreateProviderResult", description="What creating a provider led to."),
]
UpdateProviderResult = Annotated[
    UpdateProviderPayload | NotFoundError | NameTakenError | InvalidInputError | StaleRevisionError,
    strawberry.union("UpdateProviderResult", description="What updating a provider led to."),
]
DeleteProviderResult = Annotated[
    DeleteProviderPayload | NotFoundError,
    strawberry.union("DeleteProviderResult", description="What deleting a provider led to."),
]
ValidateProviderResult = Annotated[
    ValidateProviderPayload | NotFoundError,
    strawberry.union("ValidateProviderResult", description="What asking for a check led to."),
]
