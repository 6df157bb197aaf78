"""Which names this server answers to, and which pages may write to it: before all else, because
a browser can be led here under any name and from any page."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from rota.http.answers import refuse
from rota.platform.kernel.errors import Forbidden
from rota.platform.settings import LOOPBACK, Settings

READS = ("GET", "HEAD")
MAX_HOST_LENGTH = 300  # a name has at most 253, and its port 6
OWN_SITE = ("same-origin", "none")
WRONG_HOST = (
    "Rota does not answer to this host name. Open the address that `rota up` printed, or name this "
    "one in ROTA_PUBLIC_ORIGIN or ROTA_ALLOWED_HOSTS."
)
WRONG_ORIGIN = (
    "This request comes from a page of another site, which may not use Rota. If the page is yours, "
    "open it at ROTA_PUBLIC_ORIGIN, or name its host in ROTA_ALLOWED_HOSTS."
)


class HostGuard:
    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        loopback = [f"{f'[{name}]' if ':' in name else name}:{settings.port}" for name in LOOPBACK]
        named = [host.lower() for host in settings.allowed_hosts]
        public = (settings.public_origin or "").lower()
        self._hosts = {_split(host) for host in [*loopback, *named]}
        self._origins = {f"http://{host}".removesuffix(":80") for host in loopback}
        self._origins |= {f"{scheme}://{host}" for scheme in ("http", "https") for host in named}
        if public:
            # A proxy in front may pass its own port on, or none.
            self._hosts.add((urlsplit(public).hostname or "", None))
            self._origins.add(public)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = None if scope["type"] == "lifespan" else self._problem(scope)
        if problem is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close()  # before it is accepted: a 403
        else:
            await refuse(HTTPConnection(scope), Forbidden(problem))(scope, receive, send)

    def _problem(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._answers_to(hosts[0].lower()):
            return WRONG_HOST
        if scope["type"] == "http" and scope["method"] in READS:
            return None
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self._origins:
            return WRONG_ORIGIN
        return None if headers.get("sec-fetch-site", "none") in OWN_SITE else WRONG_ORIGIN

    def _answers_to(self, host: str) -> bool:
        if len(host) > MAX_HOST_LENGTH:
            return False
        try:
            name, port = _split(host)
        except ValueError:
            return False
        return (name, None) in self._hosts or (name, port or 80) in self._hosts


def _split(host: str) -> tuple[str, int | None]:
    """Name and port; no port stands for any."""
    parts = urlsplit(f"//{host}")
    if parts.netloc != host or "@" in host:
        raise ValueError
    return parts.hostname or "", parts.port
