"""GraphQL fields of tokens and sessions."""

import strawberry

from rota.access import service
from rota.access.types import (
    ApiToken,
    CreateApiTokenInput,
    CreateApiTokenPayload,
    CreateApiTokenResult,
    RevokeApiTokenInput,
    RevokeApiTokenPayload,
    RevokeApiTokenResult,
    RevokeSessionInput,
    RevokeSessionPayload,
    RevokeSessionResult,
    Session,
    Viewer,
)
from rota.graphql.context import Info
from rota.graphql.inputs import Input


@strawberry.type
class AccessQuery:
    @strawberry.field(description="Who asks, and what they may do.")
    def viewer(self, info: Info) -> Viewer:
        return Viewer.of(info.context.actor)

    @strawberry.field(description="All tokens, newest first. Needs OWNER.")
    async def api_tokens(self, info: Info) -> list[ApiToken]:
        return [ApiToken.of(row) for row in await service.list_api_tokens(info.context.actor)]

    @strawberry.field(description="All browsers that are signed in, newest first. Needs OWNER.")
    async def sessions(self, info: Info) -> list[Session]:
        actor = info.context.actor
        return [Session.of(row, actor) for row in await service.list_sessions(actor)]


@strawberry.type
class AccessMutation:
    @strawberry.mutation(description="Create a token. Its secret is shown this once.")
    async def create_api_token(
        self, info: Info, input: Input[CreateApiTokenInput]
    ) -> CreateApiTokenResult:
        async with info.context.unit_of_work() as work:
            token, secret = await service.create_api_token(
                work, input.name, input.role, input.expires_at
            )
        return CreateApiTokenPayload(token=ApiToken.of(token), secret=secret)

    @strawberry.mutation(description="Revoke a token; its sessions and open sockets end with it.")
    async def revoke_api_token(
        self, info: Info, input: Input[RevokeApiTokenInput]
    ) -> RevokeApiTokenResult:
        async with info.context.unit_of_work() as work:
            await service.revoke_api_token(work, input.id)
        return RevokeApiTokenPayload(deleted_id=input.id)

    @strawberry.mutation(description="Sign a browser out; its open sockets end with it.")
    async def revoke_session(
        self, info: Info, input: Input[RevokeSessionInput]
    ) -> RevokeSessionResult:
        async with info.context.unit_of_work() as work:
            await service.revoke_session(work, input.id)
        return RevokeSessionPayload(deleted_id=input.id)
