"""From what a request carries to who asks."""

from starlette.requests import HTTPConnection

from rota.access import service
from rota.http.state import State, note_signed_in
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.errors import Unauthenticated
from rota.platform.settings import Settings

SESSION_HEADER = "x-rota-session"
MALFORMED = "The Authorization header must read `Bearer <token>`."


def cookie_name(settings: Settings) -> str:
    """Its own for each port: cookies know none, and one machine may run several."""
    return f"rota_{settings.port}"


async def authenticate(connection: HTTPConnection[State]) -> Actor:
    """An Authorization header counts alone; else both halves of a session are needed."""
    authorization = connection.headers.get("authorization")
    if authorization is not None:
        actor = await authenticate_bearer(authorization)
    else:
        half = connection.headers.get(SESSION_HEADER)
        actor = await authenticate_session(connection, half)
    note_signed_in(connection.scope)
    return actor


async def authenticate_bearer(authorization: str) -> Actor:
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated(MALFORMED)
    return await service.authenticate_token(secret.strip())


async def authenticate_session(connection: HTTPConnection[State], half: str | None) -> Actor:
    settings = connection.state["resources"].settings
    return await service.authenticate_session(connection.cookies.get(cookie_name(settings)), half)
