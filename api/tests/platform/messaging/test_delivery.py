"""What subscribers in a process share, and how much waits for each."""

import asyncio
import gc
import weakref
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from rota.platform.kernel.ids import new_id
from rota.platform.messaging import delivery
from rota.platform.messaging.delivery import (
    MAX_SHARED,
    MAX_TOGETHER,
    Interrupted,
    Lagged,
    Latest,
    Message,
    Shared,
    Subscription,
    unfold,
)


def message() -> Message:
    id_ = str(new_id())
    return Message("thing.changed", {"id": id_}, Shared([id_]))


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
        while shared._shared._loads:  # noqa: ASYNC110 (yields only)
            await asyncio.sleep(0)
        del shared, asking
        gc.collect()
        assert reported == []
    finally:
        loop.set_exception_handler(before)


def piece(many: int, latest: Latest) -> list[Message]:
    """Messages as one of the bus carries them, with their numbers as ids."""
    return unfold({"name": "thing.seen", "each": [{"id": str(at)} for at in range(many)]}, latest)


async def taken(subscription: Subscription, many: int) -> list[str]:
    return [(await subscription.get()).id for _ in range(many)]


async def test_a_piece_is_one_entry_and_unfolds_as_it_is_taken() -> None:
    latest = Latest()
    subscription = Subscription(2)
    subscription.put(piece(500, latest))
    subscription.put(piece(3, latest))
    assert await taken(subscription, 503) == [str(at) for at in (*range(500), *range(3))]
    subscription.put(piece(1, latest))
    assert await taken(subscription, 1) == ["0"]


async def test_D6_neither_entries_nor_messages_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    latest = Latest()
    entries, messages = Subscription(2), Subscription(1000)
    for _ in range(3):
        entries.put(piece(1, latest))
    monkeypatch.setattr(delivery, "MAX_WAITING", 1200)
    for _ in range(3):
        messages.put(piece(500, latest))
    for slow in (entries, messages):
        with pytest.raises(Lagged):
            await slow.get()
        slow.put(piece(500, latest))
        assert await taken(slow, 500) == [str(at) for at in range(500)]
    for _ in range(10):  # what was taken makes room
        messages.put(piece(500, latest))
        await taken(messages, 500)


async def test_a_gap_forgets_the_rest_of_a_piece() -> None:
    subscription = Subscription(10)
    subscription.put(piece(100, Latest()))
    await taken(subscription, 10)
    subscription.interrupt()
    with pytest.raises(Interrupted):
        await subscription.get()
    subscription.put(piece(2, Latest()))
    assert await taken(subscription, 2) == ["0", "1"]


async def test_the_newest_is_the_last_of_all_pieces() -> None:
    subscription = Subscription(10)
    subscription.put(piece(100, Latest()))
    subscription.put(piece(7, Latest()))
    newest = await subscription.newest(10)
    assert newest is not None
    assert newest.id == "6"
    assert await subscription.newest(0) is None


async def test_what_a_piece_is_about_is_read_together_once_for_all() -> None:
    messages = piece(3 * MAX_TOGETHER, Latest())
    reads: list[list[str]] = []

    async def read(ids: Sequence[str]) -> list[str]:
        reads.append(list(ids))
        return [f"row {one}" for one in ids]

    for message in messages:
        both = await asyncio.gather(message.together("row", read), message.together("row", read))
        assert list(both) == [f"row {message.id}"] * 2
    assert [len(ids) for ids in reads] == [MAX_TOGETHER] * 3
    assert [one for ids in reads for one in ids] == [message.id for message in messages]
    [alone] = piece(1, Latest())
    assert await alone.together("row", read) == "row 0"


async def test_D6_whoever_lags_holds_no_rows_but_the_latest() -> None:
    """Its queue holds messages; what others read about them is kept for the latest alone."""
    latest, lagging = Latest(), Subscription(1000)
    pieces = [piece(2 * MAX_TOGETHER, latest) for _ in range(MAX_SHARED)]
    rows = []

    async def read(ids: Sequence[str]) -> list[Row]:
        return [Row() for _ in ids]

    for messages in pieces:
        lagging.put(messages)
        for message in messages:
            row = await message.together("row", read)
            shown = await message.once("shown", partial(show, row))
            rows.append(weakref.ref(row))
    del row, shown
    gc.collect()
    assert sum(row() is not None for row in rows) == MAX_SHARED * MAX_TOGETHER
    assert await pieces[-1][-1].together("row", read) is rows[-1]()
    assert await pieces[0][0].together("row", read)


async def show(row: "Row") -> "Row":
    return row


class Row:
    """What can be referred to weakly."""
