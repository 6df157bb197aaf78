"""Tokens, sessions and sign-in codes as stored. Of each secret only the SHA-256 is kept."""

from datetime import datetime
from uuid import UUID

from tortoise import fields

from rota.platform.kernel.actor import Role
from rota.platform.storage.records import Row


class ApiToken(Row):
    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    name_key = fields.TextField()
    role = fields.IntEnumField(Role)
    secret_hash = fields.BinaryField()
    created_at = fields.DatetimeField()
    expires_at: datetime | None = fields.DatetimeField(null=True)
    last_used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"


class Session(Row):
    """A browser that signed in: `cookie_hash` is of the cookie, `half_hash` of the half
    that the page keeps. A session that came from a token ends with it."""

    id = fields.UUIDField(primary_key=True)
    name = fields.TextField()
    role = fields.IntEnumField(Role)
    cookie_hash = fields.BinaryField()
    half_hash = fields.BinaryField()
    token: fields.ForeignKeyNullableRelation[ApiToken] = fields.ForeignKeyField(
        "models.ApiToken", null=True, on_delete=fields.CASCADE
    )
    token_id: UUID | None
    created_at = fields.DatetimeField()
    last_used_at: datetime | None = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "session"


class SignInCode(Row):
    """Single use: it is removed when it is traded for a session."""

    code_hash = fields.BinaryField(primary_key=True)
    name = fields.TextField()
    role = fields.IntEnumField(Role)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "sign_in_code"
