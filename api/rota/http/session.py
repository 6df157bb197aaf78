"""Signs browsers in and out: a cookie that scripts cannot read, and a half that the page keeps."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.endpoints import HTTPEndpoint
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from rota.access import service
from rota.http.answers import json_answer, refuse
from rota.http.body import WrongBody, read_json
from rota.http.credentials import SESSION_HEADER, authenticate_session, cookie_name
from rota.http.state import State, note_signed_in
from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.errors import BadRequest
from rota.platform.settings import Settings
from rota.platform.unit_of_work import UnitOfWork, unit_of_work

MAX_BODY_BYTES = 16 * 1024
Trade = Callable[[UnitOfWork, str], Awaitable[service.SignedIn]]
TRADES: dict[str, Trade] = {
    "code": service.sign_in_with_code,
    "token": service.sign_in_with_token,
}


class Session(HTTPEndpoint):
    async def post(self, request: Request[State]) -> Response:
        settings = request.state["resources"].settings
        try:
            signed_in = await _sign_in(request)
        except WrongBody as error:
            return refuse(request, error, error.status)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except Exception as error:  # shown by its code; a bug is logged and masked
            return refuse(request, error)
        note_signed_in(request.scope)
        answer = json_answer({"half": signed_in.half})
        _set_cookie(answer, settings, signed_in.cookie, service.SESSION_LIFE)
        return answer

    async def delete(self, request: Request[State]) -> Response:
        try:
            await before_deadline(_sign_out(request))
        except Exception as error:  # shown by its code; a bug is logged and masked
            answer = refuse(request, error)
        else:
            answer = Response(status_code=204)
        if answer.status_code in (204, 401):
            _set_cookie(answer, request.state["resources"].settings, "", timedelta(0))
        return answer


async def _sign_in(request: Request[State]) -> service.SignedIn:
    state = request.state
    address = request.client.host if request.client else ""
    await service.limit_sign_ins(state["resources"].limits, address)
    trade, secret = _read(await read_json(request, MAX_BODY_BYTES))
    return await before_deadline(_trade(state, trade, secret))


async def _trade(state: State, trade: Trade, secret: str) -> service.SignedIn:
    async with unit_of_work(state["resources"], state["rules"], SYSTEM) as work:
        return await trade(work, secret)


async def _sign_out(request: Request[State]) -> None:
    state = request.state
    actor = await authenticate_session(request, request.headers.get(SESSION_HEADER))
    async with unit_of_work(state["resources"], state["rules"], actor) as work:
        await service.sign_out(work)


def _read(content: object) -> tuple[Trade, str]:
    if isinstance(content, dict) and len(content) == 1:
        [(kind, secret)] = content.items()
        if kind in TRADES and isinstance(secret, str):
            return TRADES[kind], secret
    raise BadRequest('Send {"code": "…"} from a sign-in link, or {"token": "…"}.')


def _set_cookie(answer: Response, settings: Settings, value: str, life: timedelta) -> None:
    answer.set_cookie(
        cookie_name(settings),
        value,
        max_age=int(life.total_seconds()),
        path="/",
        secure=settings.origin.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
