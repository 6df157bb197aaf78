"""Who gets in, by token or session, and who decides about that. The only writer of its rows.

Secrets carry 256 random bits, so a plain SHA-256 of them is enough to store.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from rota.access.errors import (
    CodeSpent,
    CredentialsMissing,
    SessionEnded,
    TokenExpired,
    TokenUnknown,
)
from rota.access.events import SessionCreated, SessionRevoked, TokenCreated, TokenRevoked
from rota.access.models import ApiToken, Session, SignInCode
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.kernel.errors import InvalidInput, Issue, NotFound, RateLimited
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import clean_name, name_issues, name_key
from rota.platform.messaging.rate_limit import RateLimits
from rota.platform.storage.revisions import insert_named
from rota.platform.storage.statements import Statement
from rota.platform.unit_of_work import UnitOfWork

TOKEN_PREFIX = "rota_"  # noqa: S105 # what a secret begins with, so that it is recognised
CODE_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(days=30)
NOTE_USE_EVERY = timedelta(minutes=1)
MAX_SIGN_INS, SIGN_INS_SECONDS = 10, 60

TAKE_CODE = Statement("""
    DELETE FROM sign_in_code WHERE code_hash = :code_hash AND expires_at > :now
    RETURNING name, role
""")
OPEN_SESSION = Statement("""
    SELECT * FROM session WHERE cookie_hash = :cookie_hash AND expires_at > :now
""")
TOKEN_BY_SECRET = Statement("SELECT * FROM api_token WHERE secret_hash = :secret_hash")


@dataclass(frozen=True)
class SignedIn:
    """Both halves of a new session; neither is kept here."""

    cookie: str
    half: str
    expires_at: datetime


async def limit_sign_ins(limits: RateLimits, address: str) -> None:
    """Counts an attempt to sign in from this address. Raises RateLimited."""
    if wait := await limits.take("sign-in", address, MAX_SIGN_INS, SIGN_INS_SECONDS):
        raise RateLimited(
            f"Too many sign-ins from this address. Try again in {wait} seconds.", wait
        )


async def create_sign_in_code(work: UnitOfWork, name: str, role: Role) -> str:
    """A secret that signs one browser in as `name`, once, within 10 minutes. Raises Forbidden, and
    InvalidInput for the name."""
    work.actor.require(Role.OWNER)
    name = _checked_name(name)
    code = secrets.token_urlsafe(32)
    await SignInCode.create(
        code_hash=_hash(code), name=name, role=role, expires_at=work.now + CODE_LIFE
    )
    return code


async def sign_in_with_code(work: UnitOfWork, code: str) -> SignedIn:
    """Whoever holds the code is who acts from here on. Raises CodeSpent."""
    await _tidy(work.now)
    found = await TAKE_CODE.rows(code_hash=_hash(code), now=work.now)
    if not found:
        raise CodeSpent
    return await _open_session(work, found[0]["name"], Role(found[0]["role"]), None)


async def sign_in_with_token(work: UnitOfWork, secret: str) -> SignedIn:
    """Whoever holds the token is who acts from here on; the session ends with the token. Raises
    TokenUnknown or TokenExpired."""
    await _tidy(work.now)
    token = await _usable_token(secret, work.now)
    return await _open_session(work, token.name, token.role, token)


async def sign_out(work: UnitOfWork) -> None:
    """Ends the session that acts; a token that acts has none to end."""
    session = await Session.get_or_none(id=work.actor.session_id)
    if session:
        await _end(work, session)


async def authenticate_token(secret: str) -> Actor:
    """Who holds this token. Raises TokenUnknown or TokenExpired."""
    now = datetime.now(UTC)
    token = await _usable_token(secret, now)
    await _note_use(token, now)
    return Actor(name=token.name, role=token.role, token_id=token.id)


async def authenticate_session(cookie: str | None, half: str | None) -> Actor:
    """Takes both halves: a stolen cookie alone is worth nothing, and so is a stolen page. Raises
    CredentialsMissing where one is missing, and SessionEnded."""
    if not cookie or not half:
        raise CredentialsMissing
    now = datetime.now(UTC)
    found = await OPEN_SESSION.models(Session, cookie_hash=_hash(cookie), now=now)
    session = next(iter(found), None)
    if session is None or not hmac.compare_digest(session.half_hash, _hash(half)):
        raise SessionEnded
    await _note_use(session, now)
    return Actor(
        name=session.name,
        role=session.role,
        token_id=session.token_id,
        session_id=session.id,
    )


async def still_valid(actors: Collection[Actor]) -> set[Actor]:
    """Which of them would still get in now."""
    now = datetime.now(UTC)
    sessions = await _ids(Session, {a.session_id for a in actors if a.session_id}, now)
    tokens = await _ids(ApiToken, {a.token_id for a in actors if a.token_id}, now)
    return {
        actor
        for actor in actors
        if (actor.session_id is None or actor.session_id in sessions)
        and (actor.token_id is None or actor.token_id in tokens)
    }


async def create_api_token(
    work: UnitOfWork, name: str, role: Role, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """The token and its secret, which is seen only here. Raises Forbidden, InvalidInput for name
    and expiry, NameTaken."""
    work.actor.require(Role.OWNER)
    name = clean_name(name)
    issues = name_issues(name)
    if name_key(name) == name_key(SYSTEM.name):
        issues.append(Issue(("name",), "Rota itself is called so in the audit log."))
    if expires_at is not None and expires_at <= work.now:
        issues.append(Issue(("expiresAt",), "This has passed already; choose a later time."))
    if issues:
        raise InvalidInput(issues)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        id=new_id(),
        name=name,
        name_key=name_key(name),
        role=role,
        secret_hash=_hash(secret),
        created_at=work.now,
        expires_at=expires_at,
    )
    await insert_named(token, "token")
    until = expires_at.isoformat() if expires_at else None
    changes = {"role": (None, role.name), "expiresAt": (None, until)}
    await work.emit(TokenCreated(id=token.id, subject_name=name, changes=changes))
    return token, secret


async def list_api_tokens(actor: Actor) -> list[ApiToken]:
    """Newest first; expired ones too, until they are revoked. Raises Forbidden."""
    actor.require(Role.OWNER)
    return await ApiToken.all().order_by("-id")


async def revoke_api_token(work: UnitOfWork, id: str) -> None:
    """Its sessions end with it. Raises Forbidden, and NotFound at `id`."""
    work.actor.require(Role.OWNER)
    parsed = parse_id(id)
    token = await ApiToken.get_or_none(id=parsed) if parsed else None
    if token is None or not await ApiToken.filter(id=token.id).delete():
        raise NotFound("token", id, ["id"])
    changes = {"role": (token.role.name, None)}
    await work.emit(TokenRevoked(id=token.id, subject_name=token.name, changes=changes))


async def list_sessions(actor: Actor) -> list[Session]:
    """Newest first, without those that have expired. Raises Forbidden."""
    actor.require(Role.OWNER)
    return await Session.filter(expires_at__gt=datetime.now(UTC)).order_by("-id")


async def revoke_session(work: UnitOfWork, id: str) -> None:
    """Signs a browser out. Raises Forbidden, and NotFound at `id`."""
    work.actor.require(Role.OWNER)
    parsed = parse_id(id)
    session = await Session.get_or_none(id=parsed) if parsed else None
    if session is None or not await _end(work, session):
        raise NotFound("session", id, ["id"])


async def _open_session(
    work: UnitOfWork, name: str, role: Role, token: ApiToken | None
) -> SignedIn:
    expires_at = work.now + SESSION_LIFE
    if token and token.expires_at:
        expires_at = min(expires_at, token.expires_at)
    cookie, half = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    session = await Session.create(
        id=new_id(),
        name=name,
        role=role,
        cookie_hash=_hash(cookie),
        half_hash=_hash(half),
        token=token,
        created_at=work.now,
        last_used_at=work.now,
        expires_at=expires_at,
    )
    work.actor = Actor(name, role, token.id if token else None, session.id)
    changes = {"role": (None, role.name)}
    await work.emit(SessionCreated(id=session.id, subject_name=name, changes=changes))
    return SignedIn(cookie, half, expires_at)


async def _end(work: UnitOfWork, session: Session) -> bool:
    """False if somebody else ended it first."""
    if not await Session.filter(id=session.id).delete():
        return False
    changes = {"role": (session.role.name, None)}
    await work.emit(SessionRevoked(id=session.id, subject_name=session.name, changes=changes))
    return True


async def _usable_token(secret: str, now: datetime) -> ApiToken:
    found = await TOKEN_BY_SECRET.models(ApiToken, secret_hash=_hash(secret))
    if not found:
        raise TokenUnknown
    token = found[0]
    if token.expires_at is not None and token.expires_at <= now:
        raise TokenExpired
    return token


async def _note_use(row: ApiToken | Session, now: datetime) -> None:
    """At most once a minute, so that reading stays reading."""
    due = now - NOTE_USE_EVERY
    if row.last_used_at is None or row.last_used_at < due:
        unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=due)
        await type(row).filter(unnoted, id=row.id).update(last_used_at=now)


async def _ids(model: type[ApiToken] | type[Session], ids: set[UUID], now: datetime) -> set[UUID]:
    if not ids:
        return set()
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return {row.id for row in await model.filter(alive, id__in=ids).only("id")}


async def _tidy(now: datetime) -> None:
    await SignInCode.filter(expires_at__lte=now).delete()
    await Session.filter(expires_at__lte=now).delete()


def _checked_name(raw: str) -> str:
    name = clean_name(raw)
    if issues := name_issues(name):
        raise InvalidInput(issues)
    return name


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
