"""A vendor that does what the message asks for, and signs every answer with its own number.

A message such as `#slow-17` names what the vendor does. The text of the answer repeats the
number of the call, so that the audit can tell which call an event came from.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

from tests.vendors.openai import LlamaCpp
from tests.vendors.script import (
    GARBAGE,
    Answer,
    Drips,
    Fails,
    Gate,
    Hangs,
    Pace,
    Resets,
    Says,
    Trouble,
    long_line,
)

NAME = re.compile(r"#([a-z]+)-\d+")
SIGNATURE = re.compile(r"c(\d+)\.")
# How each kind of run ends if nobody cancels it: a status, or an error's code.
ENDINGS = {
    "quick": "SUCCEEDED",
    "plain": "SUCCEEDED",
    "slow": "SUCCEEDED",
    "long": "SUCCEEDED",
    "held": "SUCCEEDED",
    "rate": "SUCCEEDED",
    "error": "SUCCEEDED",
    "garbage": "SUCCEEDED",
    "line": "PROVIDER_FAILED",
    "reset": "SUCCEEDED",
    "drip": "TIMED_OUT",
    "silence": "TIMED_OUT",
}
TROUBLES = ("rate", "error", "garbage", "line", "reset", "drip", "silence")
IMPATIENT = ("drip", "silence")  # they need an agent with a short deadline


@dataclass(frozen=True)
class Call:
    number: int
    at: datetime


class CountingVendor:
    def __init__(self, random: Random) -> None:
        self.double = LlamaCpp(models=["small"])
        self.double.default = self._answer
        self.calls: dict[str, list[Call]] = defaultdict(list)
        self.gates: dict[str, Gate] = defaultdict(Gate)
        self._random = random
        self._numbers = count(1)

    def _answer(self, body: dict[str, Any]) -> Answer:
        found = NAME.search(json.dumps(body["messages"]))
        assert found is not None
        name, kind = found[0], found[1]
        call = Call(next(self._numbers), datetime.now(UTC))
        self.calls[name].append(call)
        words = _words(call.number)
        is_first = len(self.calls[name]) == 1  # what passes is there once
        match kind:
            case "slow":
                return Says(words, Pace(self._random.uniform(0.5, 0.8)))
            case "long":
                return Says(words, Pace(self._random.uniform(1.5, 2.5)))
            case "held":
                return Says(words, self.gates[name])
            case "rate" if is_first:
                return Fails(Trouble.RATE_LIMIT, {"Retry-After": "1"})
            case "error" if is_first:
                return Fails(Trouble.SERVER)
            case "garbage" if is_first:
                return GARBAGE
            case "line":
                return long_line()
            case "drip":
                return Drips(Pace(1))
            case "silence":
                return Hangs()
            case "reset" if is_first:
                return Resets(words[:3], Pace(0.1))
            case "quick":
                return Says(words)
        return Says(words, Pace(self._random.uniform(0.03, 0.4)))


def _words(number: int) -> tuple[str, ...]:
    sign = f"c{number}."
    return (f'{{"reasoning":"{sign}', *[sign] * 6, f'{sign}","category":"bug","confidence":0.9}}')
