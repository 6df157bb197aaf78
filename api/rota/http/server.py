"""How uvicorn runs the web process: with its two kinds of connections all that knows its insides
(see docs/decisions/0037)."""

import asyncio
import logging
import socket
from functools import partial
from signal import SIGTERM
from types import FrameType
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from rota.http.connection import Connection
from rota.http.draining import Draining
from rota.http.socket_connection import SocketConnection
from rota.http.visitors import Visitors
from rota.platform.ending import end_in_time
from rota.platform.settings import Settings

MAX_FRAME_BYTES = 1024 * 1024
DRAIN_SECONDS = 1.5


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
    """No header of a proxy is believed but of those that the settings name: else the address that
    knocks is the one that is limited."""
    visitors = Visitors(settings.trusted_proxies)
    logging.getLogger("uvicorn.error").addFilter(_is_ours)
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=cast("Any", partial(Connection, visitors=visitors)),
        ws=cast("Any", partial(SocketConnection, visitors=visitors)),
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
    return not record.getMessage().startswith(("Invalid ", "Unsupported upgrade"))
