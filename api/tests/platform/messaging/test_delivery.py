"""What subscribers in a process share, and how much waits for each."""

import asyncio
import gc
from typing import Any

import pytest

from rota.platform.kernel.ids import new_id
from rota.platform.messaging.delivery import Loads, Message


def message() -> Message:
    return Message("thing.changed", {"id": str(new_id())}, Loads())


async def test_a_row_is_read_once_for_all_who_ask() -> None:
    reads = 0
    go = asyncio.Event()

    async def read() -> object:
        nonlocal reads
        reads += 1
        await go.wait()
        return object()

    shared = message()
    asking = [asyncio.create_task(shared.once("row", read)) for _ in range(50)]
    go.set()
    first, *others = await asyncio.gather(*asking)
    assert all(other is first for other in others)
    assert await shared.once("row", read) is first
    assert reads == 1
    assert await shared.once("another", read) is not first


async def test_a_read_that_failed_is_done_again() -> None:
    answers: list[Any] = [OSError("away"), ValueError("odd"), "row"]

    async def read() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    shared = message()
    failed = await asyncio.gather(
        *(shared.once("row", read) for _ in range(3)), return_exceptions=True
    )
    assert [type(error) for error in failed] == [OSError] * 3
    with pytest.raises(ValueError, match="odd"):
        await shared.once("row", read)
    assert await shared.once("row", read) == "row"
    assert await shared.once("row", read) == "row"


async def test_who_no_longer_waits_takes_nothing_from_the_others() -> None:
    started, go = asyncio.Event(), asyncio.Event()

    async def read() -> str:
        started.set()
        await go.wait()
        return "row"

    shared = message()
    first = asyncio.create_task(shared.once("row", read))
    second = asyncio.create_task(shared.once("row", read))
    await started.wait()
    first.cancel()
    await asyncio.wait([first])
    go.set()
    assert first.cancelled()
    assert await second == "row"


async def test_a_failure_that_nobody_waits_for_is_nobodys_business() -> None:
    loop = asyncio.get_running_loop()
    reported: list[dict[str, Any]] = []
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: reported.append(context))
    started, go, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def read() -> None:
        started.set()
        await go.wait()
        ended.set()
        raise OSError("away")

    try:
        shared = message()
        asking = asyncio.create_task(shared.once("row", read))
        await started.wait()
        asking.cancel()
        await asyncio.wait([asking])
        go.set()
        await ended.wait()
        while shared._loads:  # noqa: ASYNC110 (yields only)
            await asyncio.sleep(0)
        del shared, asking
        gc.collect()
        assert reported == []
    finally:
        loop.set_exception_handler(before)
