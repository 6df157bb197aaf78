"""Judging within a loop that others live in, too."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rota.contracts.contract import Contract, Verdict

_WAITING = ThreadPoolExecutor(1, thread_name_prefix="judging")  # there is one child


async def judge(contract: Contract, value: Any) -> Verdict:
    """What speaks against keeping the value as a task's input or output: the schema, that it is no
    object, or that it cannot be kept.

    What is cheap for sure is judged at once, in a tenth of a second at most. What may be dear is
    judged in another process, one value after the other, while the loop goes on; if it turns out
    too dear, `is_too_dear` is set, and the one issue says so.
    """
    verdict = contract.verdict_at_once(value)
    if verdict is None:
        loop = asyncio.get_running_loop()
        verdict = await loop.run_in_executor(_WAITING, contract.verdict, value)
    return verdict
