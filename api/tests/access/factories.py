"""Tokens, sign-in codes and sessions, made through the service."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from rota.access import service
from rota.access.models import ApiToken
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.wiring import RULES


async def token(
    resources: Resources,
    role: Role = Role.OWNER,
    *,
    name: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[UUID, str]:
    """Its id and its secret."""
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        row, secret = await service.create_api_token(
            work, name or f"{role.name} {new_id()}", role, expires_at
        )
    return row.id, secret


async def expired_token(resources: Resources, role: Role = Role.OWNER) -> str:
    token_id, secret = await token(resources, role)
    await ApiToken.filter(id=token_id).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    return secret


async def revoked_token(resources: Resources, role: Role = Role.OWNER) -> str:
    token_id, secret = await token(resources, role)
    await revoke(resources, token_id)
    return secret


async def revoke(resources: Resources, id: UUID) -> None:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await service.revoke_api_token(work, str(id))


async def sign_in_code(resources: Resources, role: Role = Role.OWNER, *, name: str = "Ada") -> str:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.create_sign_in_code(work, name, role)


async def session(
    resources: Resources, role: Role = Role.OWNER, *, name: str = "Ada"
) -> service.SignedIn:
    code = await sign_in_code(resources, role, name=name)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.sign_in_with_code(work, code)
