"""How uvicorn runs the web process."""

import logging

import uvicorn
from starlette.types import ASGIApp

from rota.http.connection import Connection
from rota.platform.settings import Settings

FRAME_LENGTH = 1024 * 1024


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
        ws_max_size=FRAME_LENGTH,
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
