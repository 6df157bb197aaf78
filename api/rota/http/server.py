"""How uvicorn runs the web process: all that knows its insides (see docs/decisions/0037)."""

import asyncio
import logging
import socket
from signal import SIGTERM
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rota.http.draining import Draining
from rota.platform.ending import end_in_time
from rota.platform.settings import Settings

MAX_FRAME_BYTES = 1024 * 1024
DRAIN_SECONDS = 1.5
HEADERS_SECONDS = 10.0
TAKE_SECONDS = 60.0


class Connection(HttpToolsProtocol):
    """Those that keep us waiting are dropped: uvicorn waits for ever for a request's first line and
    headers, and for somebody to take an answer."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(HEADERS_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait(HEADERS_SECONDS)

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """An answer may come before the end of the body, which then is not for ever either."""
        super().on_response_complete()
        if self.cycle.more_body:
            self._wait(HEADERS_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait(TAKE_SECONDS)

    def resume_writing(self) -> None:
        self._stop_waiting()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None


class Server(uvicorn.Server):
    """Told by SIGTERM to make room for another one, it says so first: readiness is gone, and each
    answer closes its connection, so that whoever sends at that moment is still answered. SIGINT
    comes from people and from `rota up`, where there is nobody else to go to."""

    def __init__(self, config: uvicorn.Config, draining: Draining) -> None:
        super().__init__(config)
        self._draining = draining
        self._makes_room = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second signal does not disturb the winding down."""
        if not self.should_exit:
            end_in_time()
            self._makes_room = sig == SIGTERM
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._makes_room and self.server_state.connections:
            self._draining.begin()
            await asyncio.sleep(DRAIN_SECONDS)
        await super().shutdown(sockets)


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """No header of a proxy is believed: the address that knocks is the one that is limited."""
    logging.getLogger("uvicorn.error").addFilter(_is_ours)
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=Connection,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def _is_ours(record: logging.LogRecord) -> bool:
    """Who sends what is no HTTP, or no UTF-8, is told so; the log they could fill is not."""
    return not record.getMessage().startswith("Invalid ")
