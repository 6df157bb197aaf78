"""Names each request, counts it, and writes a line about it."""

import logging
import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rota.http.draining import Draining
from rota.http.request_metrics import RequestMetrics
from rota.platform.kernel.ids import new_id

log = logging.getLogger(__name__)
# What is taken over from whoever asks; anything else gets an id of ours.
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLog:
    def __init__(self, app: ASGIApp, metrics: RequestMetrics, draining: Draining) -> None:
        self._app = app
        self._metrics = metrics
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        name = scope["rota.request_id"] = given if GIVEN_ID.fullmatch(given) else str(new_id())
        begun = time.perf_counter()

        async def send_on(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = name
                if self._draining.has_begun and scope["type"] == "http":
                    headers["Connection"] = "close"
                self._note(scope, message.get("status", 101), time.perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, send_on)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, path, name = scope.get("method", "SOCKET"), scope["path"], scope["rota.request_id"]
        self._metrics.observe(path, status, seconds)
        log.debug("%s %s %d %.0f ms %s", method, path, status, seconds * 1000, name)
