"""Where the product's processes spend their CPU time, by layer: py-spy's samples, sorted."""

import asyncio
import re
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from signal import SIGINT

from benchmarks.figures import PRODUCT, Figures

RATE = 200
# The first layer with a frame anywhere in the stack has the sample, whoever does it for it.
WHOLE = {
    "parse": "graphql/language/(parser|lexer)",
    "validate": "graphql/validation/|rota/graphql/planning/limits",
    "authenticate": "rota/(http/credentials|access/)",
    "price": "genai_prices/",
}
# Else the innermost frame that is in one of these; the standard library is its caller's.
INNERMOST = {
    "execute (graphql-core)": "/graphql/",
    "execute (Strawberry)": "/strawberry/",
    "ORM": "/(tortoise|pypika_tortoise|sqlalchemy)/",
    "database driver": "/asyncpg/",
    "Redis": "/(redis|arq|hiredis)/",
    "HTTP server": "/(uvicorn|starlette|websockets)/|rota/http/",
    "JSON": "rota/platform/kernel/jsontext|rota/platform/storage/json|/orjson/",
    "model client": "/(aiohttp|yarl)/|rota/(platform/http_client|inference/(hearing|wires))",
    "pydantic-ai": "/(pydantic_ai|pydantic_graph|opentelemetry|logfire)/",
    "contracts": "/(jsonschema_rs|pydantic)/|rota/contracts/",
    "Rota's own": "/rota/",
}
FRAME = re.compile(r"\((.*?)(?::\d+)?\)$")


def layer_of(stack: Iterable[str]) -> str:
    """`stack` is outermost first, in py-spy's words."""
    files = [found[1] for frame in stack if (found := FRAME.search(frame))]
    for layer, pattern in WHOLE.items():
        if any(re.search(pattern, file) for file in files):
            return layer
    for file in reversed(files):
        for layer, pattern in INNERMOST.items():
            if re.search(pattern, file):
                return layer
    return "event loop"


def shares(samples: str) -> dict[str, float]:
    """Percent of each layer, the greatest first; imports at the start don't count."""
    counted: Counter[str] = Counter()
    for line in samples.splitlines():
        stack, _, number = line.rpartition(" ")
        if "importlib._bootstrap" not in stack:
            counted[layer_of(stack.split(";"))] += int(number)
    return {layer: 100 * n / counted.total() for layer, n in counted.most_common()}


class Profiler:
    """Watches processes from outside until it is told to stop; they get a little slower."""

    def __init__(self, folder: Path, program: Path) -> None:
        self._folder, self._program = folder, program
        self._watching: dict[str, Process] = {}

    async def watch(self, name: str, pid: int) -> None:
        self._watching[name] = await asyncio.create_subprocess_exec(
            *(str(self._program), "record", "--pid", str(pid), "--format", "raw"),
            *("--full-filenames", "--rate", str(RATE), "--output", str(self._file(name))),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )

    async def stop(self, figures: Figures) -> None:
        for name, process in self._watching.items():
            if process.returncode is not None:
                raise RuntimeError("py-spy was not allowed to look into the processes; be root.")
            process.send_signal(SIGINT)
            await process.wait()
            for layer, share in shares(self._file(name).read_text()).items():
                figures.add(f"where the {name}'s CPU goes", layer, "%", PRODUCT, share)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.samples"
