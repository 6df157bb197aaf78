"""Names each request, writes a line about it, and tells browsers what each answer may do."""

import logging
import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rota.http.request_metrics import Traffic
from rota.platform.kernel.ids import new_id
from rota.platform.settings import Settings

log = logging.getLogger(__name__)
SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
POLICY_HEADER = "Content-Security-Policy"
HEADERS = {
    POLICY_HEADER: POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Trace:
    def __init__(self, app: ASGIApp, settings: Settings, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic
        self._headers = dict(HEADERS)
        if settings.origin.startswith("https://"):
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        name = scope["rota.request_id"] = given if SANE_ID.fullmatch(given) else str(new_id())
        begun = time.perf_counter()

        async def send_on(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = name
                for header, value in self._headers.items():
                    headers.setdefault(header, value)  # a page may have a policy of its own
                if self._traffic.is_leaving and scope["type"] == "http":
                    headers["Connection"] = "close"
                status = message.get("status", 101)
                taken = time.perf_counter() - begun
                self._traffic.note(scope["path"], status, taken)
                method = scope.get("method", "SOCKET")
                log.debug("%s %s %d %.0f ms %s", method, scope["path"], status, taken * 1000, name)
            await send(message)

        await self._app(scope, receive, send_on)
