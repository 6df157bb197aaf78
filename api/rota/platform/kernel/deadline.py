"""No request waits for ever: stores that hang are as good as away, and so is a slow client."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from rota.platform.kernel.errors import Hung

T = TypeVar("T")
ANSWER_SECONDS = 10.0
HUNG = (
    f"The database did not answer within {ANSWER_SECONDS:.0f} seconds. Try again soon; a change "
    "that was under way may have been made."
)


async def before_deadline(work: Coroutine[Any, Any, T]) -> T:
    """In a task of its own: giving a hung connection back to its pool hangs as well, so that
    whoever waits for the cancelled work waits on."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
    finally:
        if not task.done():
            task.add_done_callback(_ignore)
            task.cancel()
    if not task.done():
        raise Hung(HUNG)
    return task.result()


def _ignore(task: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more; asyncio would complain of an error that nobody saw."""
    if not task.cancelled():
        task.exception()
