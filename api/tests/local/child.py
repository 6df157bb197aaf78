"""A server in miniature, in a process that a test may kill: `child.py MODE DATA_DIR`.

It prints one JSON line for each thing that happened and stops cleanly when its input ends.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from rota.local.embedded import Engines, start_engines
from rota.local.errors import LocalError
from rota.local.local_model import LocalModel, start_local_model
from rota.local.locks import lock_data_dir


def say(kind: str, value: object) -> None:
    sys.stdout.write(json.dumps([kind, value]) + "\n")
    sys.stdout.flush()


def report(line: str) -> None:
    say("report", line)


def plain(started: LocalModel) -> dict[str, Any]:
    """Without what only the process that started it can use."""
    told = {name: value for name, value in vars(started).items() if name != "process"}
    return {**told, "pid": started.pid}


async def end_of_input() -> None:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    await reader.read()


@asynccontextmanager
async def engines(data_dir: Path) -> AsyncIterator[Engines]:
    with lock_data_dir(data_dir):
        async with start_engines(data_dir, report) as started:
            say("started", vars(started))
            yield started


async def hold(data_dir: Path) -> None:
    async with engines(data_dir):
        await end_of_input()


async def model(data_dir: Path) -> None:
    with lock_data_dir(data_dir):
        async with start_local_model(data_dir, report) as started:
            say("started", plain(started))
            await end_of_input()


async def commit(data_dir: Path) -> None:
    """Says each row after its commit."""
    async with engines(data_dir) as started:
        connection = await asyncpg.connect(started.database_url)
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (n bigserial)")
        say("stored", [row["n"] for row in await connection.fetch("SELECT n FROM kept")])
        while True:
            say("row", await connection.fetchval("INSERT INTO kept DEFAULT VALUES RETURNING n"))


async def promise(data_dir: Path) -> None:
    """The negative control: says each row before its commit, as a faulty server would."""
    async with engines(data_dir) as started:
        connection = await asyncpg.connect(started.database_url)
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (n bigserial)")
        say("stored", [row["n"] for row in await connection.fetch("SELECT n FROM kept")])
        async with connection.transaction():
            while True:
                row = await connection.fetchval("INSERT INTO kept DEFAULT VALUES RETURNING n")
                say("row", row)


MODES = {"hold": hold, "model": model, "commit": commit, "promise": promise}

if __name__ == "__main__":
    try:
        asyncio.run(MODES[sys.argv[1]](Path(sys.argv[2])))
    except LocalError as error:
        say("refused", str(error))
