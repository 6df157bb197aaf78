"""A process that asks one address after the other, and says as JSON what each cost it: a line in,
a line out."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import uvloop

from rota.inference.asking import Answer
from rota.inference.failures import Names
from rota.inference.hearing import budgets, events, response
from rota.inference.modes import OutputMode
from rota.inference.preparing import Target
from rota.inference.watching import Watch
from rota.inference.wires.chat_completions import ChatCompletionsWire
from rota.platform.egress import EgressPolicy
from rota.platform.gc import freeze
from rota.platform.http_client import open_client
from rota.providers.vendors import ChatCompletions
from tests.inference.asked import asked
from tests.inference.wired import KEY


def megabytes(what: str) -> float:
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(what)]
    return int(line.split()[1]) / 1024


def forget_the_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def lift_limits() -> None:
    """As if there were none: the negative control."""
    for module in (budgets, events, response):
        for name in vars(module):
            if name.startswith("MAX_"):
                setattr(module, name, 10**12)


async def main() -> None:
    freeze()
    async with open_client(EgressPolicy()) as http:
        while line := await asyncio.to_thread(sys.stdin.readline):
            url, mode = line.split()
            wire = ChatCompletionsWire(
                http, ChatCompletions(max_tokens_name=None), url, KEY, "small"
            )
            target = Target(Names("Gateway", "small", url, KEY), wire, cuts_at_powers=False)
            forget_the_peak()
            before, begun = megabytes("VmRSS"), time.process_time()
            outcome: Any = await asked(
                target, Watch(), mode=OutputMode(mode), seconds=100, output_retries=0
            )
            said = {
                "seconds": time.process_time() - begun,
                "megabytes": megabytes("VmHWM") - before,
                "code": "SUCCEEDED" if isinstance(outcome, Answer) else outcome.code.value,
                "message": "" if isinstance(outcome, Answer) else outcome.message,
                "may_pass": getattr(outcome, "may_pass", False),
            }
            del outcome
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    if "--without-limits" in sys.argv:
        lift_limits()
    uvloop.run(main())
