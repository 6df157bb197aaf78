"""Waits until the API says that it can do its work."""

import asyncio
import json
from http.client import HTTPConnection, HTTPException

from rota.local.errors import NotReadyError
from rota.platform.settings import Settings

TIMEOUT_SECONDS = 60.0
REQUEST_TIMEOUT_SECONDS = 5
POLL_SECONDS = 0.1
# Said by /readyz as well, and no reason to wait.
WORKS_WITHOUT = ("disk", "log")
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # compared, not listened on


async def until_ready(settings: Settings) -> None:
    """With a worker, too, and Redis: nothing is degraded. Raises NotReadyError."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + TIMEOUT_SECONDS
    while (missing := await asyncio.to_thread(_missing, settings)) is None or missing:
        if clock() > deadline:
            what = f"without {' and '.join(missing)}" if missing else "not"
            raise NotReadyError(
                f"After {TIMEOUT_SECONDS:.0f} seconds Rota is still {what} ready. "
                f"{settings.data_dir / 'logs'} says why."
            )
        await asyncio.sleep(POLL_SECONDS)


def _missing(settings: Settings) -> list[str] | None:
    """What is missing for full service; None: the API does not serve yet."""
    host = EVERYWHERE.get(settings.host, settings.host)
    connection = HTTPConnection(host, settings.port, timeout=REQUEST_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"127.0.0.1:{settings.port}"})
        answer = connection.getresponse()
        if answer.status != 200:
            return None
        return [name for name in json.load(answer)["degraded"] if name not in WORKS_WITHOUT]
    except (OSError, HTTPException, ValueError, KeyError):
        return None
    finally:
        connection.close()
