"""GraphQL fields of providers."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import strawberry

from rota.graphql.changes import ChangeKind, messages
from rota.graphql.context import Info, RowRead
from rota.graphql.inputs import After, First, Id, Input, OptionalId, Search
from rota.graphql.pagination import Connection
from rota.graphql.slice import GraphQLSlice
from rota.platform.messaging.delivery import Message
from rota.providers import models as rows
from rota.providers import service
from rota.providers.errors import ProviderInactive
from rota.providers.events import ProviderCreated
from rota.providers.loaders import providers
from rota.providers.types import (
    CreateProviderInput,
    CreateProviderPayload,
    CreateProviderResult,
    DeleteProviderInput,
    DeleteProviderPayload,
    DeleteProviderResult,
    Provider,
    ProviderChange,
    ProviderInactiveError,
    UpdateProviderInput,
    UpdateProviderPayload,
    UpdateProviderResult,
    ValidateProviderInput,
    ValidateProviderPayload,
    ValidateProviderResult,
)

KINDS = {
    "provider.created": ChangeKind.CREATED,
    "provider.updated": ChangeKind.UPDATED,
    "provider.deleted": ChangeKind.DELETED,
    "provider.validation_updated": ChangeKind.VALIDATION_UPDATED,
}


@strawberry.type
class ProviderQuery:
    @strawberry.field(description="A provider, or null.")
    async def provider(self, id: Id) -> Provider | None:
        row = await service.get_provider(id)
        return Provider(row=row) if row else None

    @strawberry.field(description="All providers, by name.")
    async def providers(
        self, first: First = 50, after: After = None, search: Search = None
    ) -> Connection[Provider]:
        return Connection.of(service.list_providers(first, after, search), Provider)


@strawberry.type
class ProviderMutation:
    @strawberry.mutation(description="Create a provider. It answers at once; the check follows.")
    async def create_provider(
        self, info: Info, input: Input[CreateProviderInput]
    ) -> CreateProviderResult:
        new = input.new()
        provider = await info.context.shortly_or_at_length(
            ProviderCreated,
            shortly=partial(service.create_provider_at_once, new=new),
            at_length=partial(service.create_provider, new=new),
        )
        return CreateProviderPayload(provider=Provider(row=provider))

    @strawberry.mutation(description="Update a provider; a new address or key is checked again.")
    async def update_provider(
        self, info: Info, input: Input[UpdateProviderInput]
    ) -> UpdateProviderResult:
        async with info.context.unit_of_work() as work:
            provider = await service.update_provider(
                work, input.id, input.changes(), input.expected_revision
            )
        return UpdateProviderPayload(provider=Provider(row=provider))

    @strawberry.mutation(description="Delete a provider, or deactivate it where it is in use.")
    async def delete_provider(
        self, info: Info, input: Input[DeleteProviderInput]
    ) -> DeleteProviderResult:
        async with info.context.unit_of_work() as work:
            kept = await service.delete_provider(work, input.id)
        if kept:
            return DeleteProviderPayload(provider=Provider(row=kept))
        return DeleteProviderPayload(deleted_id=input.id)

    @strawberry.mutation(description="Check a provider's connection now.")
    async def validate_provider(
        self, info: Info, input: Input[ValidateProviderInput]
    ) -> ValidateProviderResult:
        async with info.context.unit_of_work() as work:
            provider = await service.validate_provider(work, input.id)
        return ValidateProviderPayload(provider=Provider(row=provider))


@strawberry.type
class ProviderSubscription:
    @strawberry.subscription(description="Every change of providers, each step of a check too.")
    async def provider_changed(
        self, info: Info, id: OptionalId = None
    ) -> AsyncIterator[ProviderChange]:
        async for message in messages(info.context, "provider", id):
            if message.name in KINDS:
                yield await message.once("change", partial(_change, message))


async def _change(message: Message) -> ProviderChange:
    """A step of a check shows what it found, though the next one may have been stored since."""
    row = await service.get_provider(message.id)
    if row and message.name == "provider.validation_updated":
        at = message.fields["at"]
        row.validation_status = rows.ValidationStatus[message.fields["status"]]
        row.validation_error = message.fields["error"]
        row.validation_fix = message.fields.get("fix")
        row.validated_at = datetime.fromisoformat(at) if at else None
    return ProviderChange(
        kind=KINDS[message.name],
        id=strawberry.ID(message.id),
        provider=Provider(row=row) if row else None,
    )


SLICE = GraphQLSlice(
    query=ProviderQuery,
    mutation=ProviderMutation,
    subscription=ProviderSubscription,
    batch_reads={"provider": RowRead(providers, Provider)},
    errors={ProviderInactive: ProviderInactiveError},
)
