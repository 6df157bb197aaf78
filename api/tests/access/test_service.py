"""X1, X2: what is stored of a secret, how long it lets somebody in, and who decides."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest

from rota.access import service
from rota.access.models import ApiToken, Session, SignInCode
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.kernel.errors import (
    Forbidden,
    InvalidInput,
    NameTaken,
    NotFound,
    Unauthenticated,
)
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.wiring import RULES
from tests.access.factories import (
    expired_token,
    revoke,
    revoked_token,
    session,
    sign_in_code,
    token,
)
from tests.observe import hearing, stored

ACCESS = ("api_token", "session", "sign_in_code")


async def test_X2_a_token_has_a_prefix_and_256_random_bits(resources: Resources) -> None:
    secrets = [(await token(resources))[1] for _ in range(20)]
    assert len(set(secrets)) == 20
    for secret in secrets:
        assert re.fullmatch(r"rota_[A-Za-z0-9_-]{43}", secret)
        assert len(base64.urlsafe_b64decode(secret.removeprefix("rota_") + "=")) == 32


async def test_X1_X2_no_secret_is_stored(resources: Resources) -> None:
    _, secret = await token(resources)
    code = await sign_in_code(resources)
    halves = await session(resources)
    rows = str(await stored(*ACCESS))
    for kept in (secret, code, halves.cookie, halves.half):
        for form in (kept, kept.removeprefix("rota_"), kept.encode().hex()):
            assert form not in rows
    assert service._hash(secret).hex() in rows  # a hash would be found


async def test_X2_a_token_lets_in_as_its_name_and_role(resources: Resources) -> None:
    token_id, secret = await token(resources, Role.OPERATOR, name="script")
    actor = await service.authenticate_token(secret)
    assert actor == Actor("script", Role.OPERATOR, token_id=token_id)


async def test_X2_unknown_expired_and_revoked_tokens_are_refused_with_what_to_do(
    resources: Resources,
) -> None:
    for secret in (
        "",
        "rota_x",
        "\ud800\x00",
        await expired_token(resources),
        await revoked_token(resources),
    ):
        with pytest.raises(Unauthenticated, match="rota token create"):
            await service.authenticate_token(secret)


async def test_X2_last_use_is_noted_at_most_once_a_minute(resources: Resources) -> None:
    token_id, secret = await token(resources)

    async def used() -> datetime | None:
        await service.authenticate_token(secret)
        return (await ApiToken.get(id=token_id)).last_used_at

    first = await used()
    assert first is not None
    assert await used() == first
    await ApiToken.filter(id=token_id).update(last_used_at=first - timedelta(seconds=61))
    again = await used()
    assert again is not None
    assert again >= first


async def test_X1_a_code_is_spent_after_10_minutes(resources: Resources) -> None:
    code = await sign_in_code(resources)
    await SignInCode.all().update(expires_at=datetime.now(UTC))
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        with pytest.raises(Unauthenticated, match="rota open"):
            await service.sign_in_with_code(work, code)
    assert not await Session.all().exists()
    await sign_in_code(resources)
    left = (await SignInCode.get(expires_at__gt=datetime.now(UTC))).expires_at - datetime.now(UTC)
    assert timedelta(minutes=9, seconds=50) < left <= timedelta(minutes=10)


async def test_X1_both_halves_of_the_same_session_are_needed(resources: Resources) -> None:
    one, other = await session(resources, name="Ada"), await session(resources, name="Bob")
    assert (await service.authenticate_session(one.cookie, one.half)).name == "Ada"
    for cookie, half in (
        (one.cookie, other.half),
        (other.cookie, one.half),
        (one.cookie, None),
        (None, one.half),
        (one.half, one.cookie),
        ("", ""),
    ):
        with pytest.raises(Unauthenticated):
            await service.authenticate_session(cookie, half)


async def test_X1_an_expired_session_is_refused_and_tidied_away(resources: Resources) -> None:
    halves = await session(resources)
    await Session.all().update(expires_at=datetime.now(UTC))
    with pytest.raises(Unauthenticated):
        await service.authenticate_session(halves.cookie, halves.half)
    assert await service.list_sessions(SYSTEM) == []
    await session(resources)
    assert await Session.all().count() == 1


async def test_X2_a_session_lives_no_longer_than_its_token(resources: Resources) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    _, secret = await token(resources, expires_at=soon)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        halves = await service.sign_in_with_token(work, secret)
    assert halves.expires_at == soon
    actor = await service.authenticate_session(halves.cookie, halves.half)
    assert await service.still_valid([actor]) == {actor}
    assert actor.token_id is not None
    await revoke(resources, actor.token_id)
    assert await service.still_valid([actor]) == set()
    with pytest.raises(Unauthenticated):
        await service.authenticate_session(halves.cookie, halves.half)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.EDITOR], ids=lambda r: r.name)
async def test_X3_only_an_owner_administers_tokens_and_sessions(
    role: Role, resources: Resources
) -> None:
    token_id, _ = await token(resources)
    await session(resources)
    [row] = await Session.all()
    actor = Actor("Eve", role)
    before = await stored(*ACCESS)
    for attempt in (
        lambda work: service.create_sign_in_code(work, "Eve", Role.OWNER),
        lambda work: service.create_api_token(work, "Eve", Role.VIEWER, None),
        lambda work: service.revoke_api_token(work, str(token_id)),
        lambda work: service.revoke_session(work, str(row.id)),
        lambda work: service.list_api_tokens(work.actor),
        lambda work: service.list_sessions(work.actor),
    ):
        with pytest.raises(Forbidden):
            async with unit_of_work(resources, RULES, actor) as work:
                await attempt(work)
    assert await stored(*ACCESS) == before


async def test_everybody_ends_their_own_session_and_no_other(resources: Resources) -> None:
    mine, _ = await session(resources, Role.VIEWER), await session(resources, Role.OWNER)
    actor = await service.authenticate_session(mine.cookie, mine.half)
    async with unit_of_work(resources, RULES, actor) as work:
        await service.sign_out(work)
    assert [row.role for row in await Session.all()] == [Role.OWNER]


async def test_a_tokens_name_is_unique_and_its_expiry_lies_ahead(resources: Resources) -> None:
    existing, _ = await token(resources, name="Build")
    before = await stored(*ACCESS)
    now = datetime.now(UTC)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        with pytest.raises(NameTaken) as taken:
            await service.create_api_token(work, " bUILD ", Role.VIEWER, None)
        with pytest.raises(InvalidInput) as past:
            await service.create_api_token(work, "", Role.VIEWER, now)
    assert taken.value.existing_id == existing
    assert [issue.path for issue in past.value.issues] == [("name",), ("expiresAt",)]
    assert await stored(*ACCESS) == before


async def test_revoking_what_is_not_there_is_refused(resources: Resources) -> None:
    for attempt in (service.revoke_api_token, service.revoke_session):
        for unknown in ("", "x", "01a2076a-707f-77ff-b2c4-82c84afc1796"):
            with pytest.raises(NotFound):
                async with unit_of_work(resources, RULES, SYSTEM) as work:
                    await attempt(work, unknown)


async def test_what_is_done_is_announced(resources: Resources) -> None:
    async with hearing(resources, "token") as tokens, hearing(resources, "session") as sessions:
        token_id, secret = await token(resources)
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            await service.sign_in_with_token(work, secret)
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            [row] = await service.list_sessions(SYSTEM)
            await service.revoke_session(work, str(row.id))
        await revoke(resources, token_id)
        assert await tokens.names() == ["token.created", "token.revoked"]
        assert await sessions.names() == ["session.created", "session.revoked"]
