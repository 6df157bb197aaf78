"""Tokens, sessions and roles in GraphQL."""

from datetime import datetime
from typing import Annotated

import strawberry

from rota.access import models as rows
from rota.graphql.errors import InvalidInputError, NameTakenError, NotFoundError
from rota.platform.kernel.actor import Actor, Role


@strawberry.type(description="Who asks.")
class Viewer:
    name: str = strawberry.field(description="The name of their token or sign-in link.")
    role: Role = strawberry.field(description="What they may do.")

    @classmethod
    def of(cls, actor: Actor) -> "Viewer":
        return cls(name=actor.name, role=actor.role)


@strawberry.type(description="A secret that lets a program in.")
class ApiToken:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name, unique without regard to case.")
    role: Role = strawberry.field(description="What its holder may do.")
    created_at: datetime = strawberry.field(description="When it was created.")
    expires_at: datetime | None = strawberry.field(
        description="From when it is refused; null: never."
    )
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute; null: not yet."
    )

    @classmethod
    def of(cls, row: rows.ApiToken) -> "ApiToken":
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            role=row.role,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )


@strawberry.type(description="A browser that is signed in.")
class Session:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Who signed in.")
    role: Role = strawberry.field(description="What they may do.")
    created_at: datetime = strawberry.field(description="When they signed in.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute."
    )
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    is_current: bool = strawberry.field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, row: rows.Session, actor: Actor) -> "Session":
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            role=row.role,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            is_current=row.id == actor.session_id,
        )


@strawberry.input(description="A new token.")
class CreateApiTokenInput:
    name: str = strawberry.field(description="1 to 100 characters, unique without regard to case.")
    role: Role = strawberry.field(description="What its holder may do.")
    expires_at: datetime | None = strawberry.field(
        default=None, description="From when it is refused; null: never."
    )


@strawberry.input(description="Which token to revoke.")
class RevokeApiTokenInput:
    id: strawberry.ID = strawberry.field(description="Which token.")


@strawberry.input(description="Which session to revoke.")
class RevokeSessionInput:
    id: strawberry.ID = strawberry.field(description="Which session.")


@strawberry.type(description="The token was created.")
class CreateApiTokenPayload:
    token: ApiToken = strawberry.field(description="The new token.")
    secret: str = strawberry.field(
        description="What its holder sends. Copy it now: it is never shown again."
    )


@strawberry.type(description="The token was revoked, and its sessions ended.")
class RevokeApiTokenPayload:
    deleted_id: strawberry.ID = strawberry.field(description="The token that is gone.")


@strawberry.type(description="The session was ended.")
class RevokeSessionPayload:
    deleted_id: strawberry.ID = strawberry.field(description="The session that is gone.")


CreateApiTokenResult = Annotated[
    CreateApiTokenPayload | NameTakenError | InvalidInputError,
    strawberry.union("CreateApiTokenResult", description="What creating a token led to."),
]
RevokeApiTokenResult = Annotated[
    RevokeApiTokenPayload | NotFoundError,
    strawberry.union("RevokeApiTokenResult", description="What revoking a token led to."),
]
RevokeSessionResult = Annotated[
    RevokeSessionPayload | NotFoundError,
    strawberry.union("RevokeSessionResult", description="What revoking a session led to."),
]
