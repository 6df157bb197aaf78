"""The web process as a test starts it: it says "ready" once it listens."""

import socket
import sys

import uvicorn

from rota.app import create_app
from rota.http.server import server_config
from rota.migrations.runner import head
from rota.platform.logs import set_up_logs
from rota.platform.settings import load_settings


class Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write("ready\n")
        sys.stdout.flush()


if __name__ == "__main__":
    settings = load_settings()
    set_up_logs(settings.log_level, settings.log_format)
    Server(server_config(create_app(settings, head()), settings)).run()
