"""Whether the address to listen on is free, said before anything else is started."""

import contextlib
import socket
import time

from rota.local.errors import AddressUnusableError
from rota.platform.settings import Settings

# What a killed server leaves behind closes its sockets within moments.
TIMEOUT_SECONDS = 1.0
POLL_SECONDS = 0.02


def require_free_port(settings: Settings) -> None:
    """Raises AddressUnusableError."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while (problem := _problem(settings.host, settings.port)) is not None:
        if time.monotonic() > deadline:
            raise AddressUnusableError(problem)
        time.sleep(POLL_SECONDS)


def _problem(host: str, port: int) -> str | None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return f"There is no address called “{host}” on this machine. Check --host or ROTA_HOST."
    for family, kind, protocol, _, address in found:
        with contextlib.closing(socket.socket(family, kind, protocol)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except PermissionError:
                return f"Port {port} is kept for the system. Choose one above 1023 (--port)."
            except OSError as error:
                return (
                    f"Rota cannot listen on port {port} of {host}: {error.strerror}. Stop the "
                    f"program that uses it, or choose another port, such as --port {port + 1}."
                )
    return None
