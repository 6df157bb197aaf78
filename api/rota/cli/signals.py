"""Ends a process's work when a signal asks for it, and lets it wind down."""

import asyncio
from collections.abc import Callable, Coroutine
from signal import SIGHUP, SIGINT, SIGTERM
from typing import Any

SIGNALS = (SIGINT, SIGTERM, SIGHUP)


async def until_told(
    work: Coroutine[Any, Any, None], told_to: Callable[[], None] = lambda: None
) -> bool:
    """Whether a signal ended it. A second signal does not disturb the winding down."""
    told = False
    task = asyncio.ensure_future(work)

    def tell() -> None:
        nonlocal told
        if not told:
            told = True
            told_to()
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, tell)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    return told
