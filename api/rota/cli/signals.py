"""Ends a process's work when a signal asks for it, and lets it wind down."""

import asyncio
from collections.abc import Callable, Coroutine
from signal import SIGHUP, SIGINT, SIGTERM
from typing import Any

SIGNALS = (SIGINT, SIGTERM, SIGHUP)


async def run_until_signal(
    work: Coroutine[Any, Any, None], on_signal: Callable[[], None] = lambda: None
) -> bool:
    """Whether a signal ended it. A second signal does not disturb the winding down."""
    ended = False
    task = asyncio.ensure_future(work)

    def end() -> None:
        nonlocal ended
        if not ended:
            ended = True
            on_signal()
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, end)
    try:
        await task
    except asyncio.CancelledError:
        if not ended:
            raise
    return ended
