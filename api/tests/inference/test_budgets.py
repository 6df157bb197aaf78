"""What a hostile vendor's response costs the process that hears it (X8): a second of its
processor and 50 MB, whatever is sent; and how it ends."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rota.inference import conversation
from rota.inference.asking import Answer
from rota.inference.errors import Failure, RunErrorCode
from rota.inference.hearing.budgets import Streams, TooLong
from tests.dose import IS_LONG, tried
from tests.inference.asked import GOOD, Heard
from tests.inference.floods import EACH_TIME, FLOODS, Flood
from tests.inference.streams import DONE, event
from tests.inference.wired import Reply, ScriptedHttp, heard_of

linux = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process's peak"
)
SECONDS = 1.0
MEGABYTES = 50


@dataclass
class Asker:
    """The process that hears, and the server that it asks."""

    process: asyncio.subprocess.Process
    url: str = ""
    flood: Flood | None = None
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self.flood
        try:
            await reader.readuntil(b"\r\n\r\n")
            for piece in self.flood.sent():
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def cost(self, flood: Flood) -> dict[str, Any]:
        self.flood = flood
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{self.url} {flood.mode}\n".encode())
        said: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return said


@asynccontextmanager
async def asker(*arguments: str) -> AsyncIterator[Asker]:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.inference.asker", *arguments)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, env=environment
    )
    one = Asker(process)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield one
        assert process.stdin
        process.stdin.close()
        await process.wait()


@pytest.fixture(scope="module")
async def limited() -> AsyncIterator[Asker]:
    async with asker() as one:
        yield one


@linux
@pytest.mark.parametrize("name", list(FLOODS) if IS_LONG else list(FLOODS)[:EACH_TIME])
async def test_X8_a_flood_costs_little_and_ends_with_its_words(name: str, limited: Asker) -> None:
    flood = FLOODS[name]
    async with asyncio.timeout(60):
        cost = await limited.cost(flood)
        if cost["seconds"] >= SECONDS:  # a busy machine is not slow every time, and a hole is
            cost = await limited.cost(flood)
    assert flood.words in cost["message"]
    assert cost["megabytes"] < MEGABYTES
    assert cost["seconds"] < SECONDS
    tried["floods of a vendor"] += 1


@linux
async def test_X8_without_limits_a_flood_would_be_found() -> None:
    async with asyncio.timeout(60), asker("--without-limits") as one:
        lists = await one.cost(FLOODS["JSON of lists"])
        assert lists["megabytes"] > MEGABYTES


async def test_together_they_hold_a_bounded_amount_and_the_largest_ends() -> None:
    streams = Streams(max_bytes=100)
    ended: list[str] = []
    held = asyncio.Barrier(4)

    async def stream(name: str, size: int) -> None:
        try:
            async with streams.share() as share:
                share.hold(size)
                await held.wait()
                await asyncio.Event().wait()
        except TooLong as error:
            ended.append(f"{name}: {error.budget.name}")

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        others = [
            group.create_task(stream(*one)) for one in (("small", 20), ("large", 50), ("x", 20))
        ]
        await held.wait()
        assert ended == []
        async with streams.share() as share:
            share.hold(11)
            await others[1]
            assert ended == ["large: TOGETHER"]
            assert streams.held == 51
            with pytest.raises(TooLong):
                share.hold(61)
        for other in others:
            other.cancel()
    assert ended == ["large: TOGETHER"]
    assert streams.held == 0


async def test_a_deadline_of_somebody_elses_is_no_such_end() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0), Streams().share():
            await asyncio.Event().wait()


async def test_the_largest_run_of_a_worker_ends_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conversation, "STREAMS", streams := Streams(max_bytes=5_000))
    goes_on = asyncio.Event()

    async def small() -> AsyncIterator[bytes]:
        yield event({"content": GOOD[:9]})
        await goes_on.wait()
        yield event({"content": GOOD[9:]}) + event({}, "stop") + DONE

    async def large() -> AsyncIterator[bytes]:
        while True:
            yield event({"reasoning": "x" * 1_000})
            await asyncio.sleep(0)

    first = asyncio.create_task(heard_of(ScriptedHttp(Reply(small())), Heard()))
    async with asyncio.timeout(10):
        outcome = await heard_of(ScriptedHttp(Reply(large())), Heard())
        goes_on.set()
        assert isinstance(await first, Answer)
    assert isinstance(outcome, Failure)
    assert outcome.code is RunErrorCode.PROVIDER_FAILED
    assert "at once" in outcome.message
    assert not outcome.may_pass
    assert streams.held == 0
