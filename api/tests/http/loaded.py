"""The web process, which says at its end what it has loaded. An argument is a module more."""

import sys
from importlib import import_module
from socket import socket

from rota.app import create_app
from rota.http.server import server_config
from rota.migrations.runner import head
from rota.platform.settings import load_settings
from tests.http import child


class Server(child.Server):
    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        sys.stdout.write(" ".join(sys.modules) + "\n")
        sys.stdout.flush()
        await super().shutdown(sockets)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        import_module(name)
    settings = load_settings()
    Server(server_config(create_app(settings, head()), settings)).run()
