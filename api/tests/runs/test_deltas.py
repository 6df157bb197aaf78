"""Where text is kept as it comes, what is kept since the run last began anew is the last request's
text, whatever happened to the writing of it."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from rota.inference.hearing.thoughts import begins
from rota.inference.settings import SettingsChanges
from rota.platform.kernel.errors import Unavailable
from rota.platform.resources import Resources
from rota.runs import claims, watching
from rota.runs.models import EventType, Run, RunEvent, RunStatus
from tests.dose import IS_LONG, dose, tried
from tests.runs.factories import assignment, ended, queued
from tests.vendors.script import Answer, Fails, Raw, Resets, Says, Trouble

pytestmark = pytest.mark.usefixtures("run_loop", "quick")
GOOD = '{"category": "bug", "confidence": 0.9}'
BAD = '{"category": "nonsense", "confidence": 7}'
ANEW = (EventType.STARTED, EventType.OUTPUT_REJECTED, EventType.RETRYING)
FRAMES = (b'data: {"choices":[{"delta":{"content":', b"}}]}\n\n")
CUT_OFF = b'data: {"choices":[{"delta":{"content":"]"},"finish_reason":"length"}]}\n\n'


def streamed(text: str, end: bytes) -> Raw:
    """The text in pieces, and then this."""
    parts = [b'"' + text[at : at + 3].replace('"', '\\"').encode() + b'"' for at in (0, 3, 6, 9)]
    body = b"".join(FRAMES[0] + part + FRAMES[1] for part in parts)
    return Raw(body + end, 200, "text/event-stream")


SCRIPTS: list[tuple[Answer, ...]] = [
    (Says(tuple(GOOD)),),
    (Says(tuple(BAD)), Says(tuple(GOOD))),
    (Says(tuple(BAD)),),
    (Resets(tuple(GOOD[:20])), Says(tuple(GOOD))),
    (Resets(tuple(GOOD[:20])),),
    (Says(tuple(BAD)), Fails(Trouble.SERVER), Says(tuple(GOOD))),
    (streamed(GOOD, CUT_OFF),),
    (streamed(GOOD, b'data: {"error": {"message": "no", "code": 400}}\n\n'),),
    (Says(tuple(f"<think>so {GOOD}</think>\n{GOOD} ")),),
    (Says(("It is", " a bug.")),),
]


class Faults:
    """Of the writes that a run makes on its way, some fail: before they are made, or after."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.planted = 0

    @asynccontextmanager
    async def planted_by(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        written = claims.append

        async def append(*arguments: Any, **named: Any) -> None:
            is_faulty = self.planted < 3 and self.random.random() < 0.3
            self.planted += is_faulty
            is_late = self.random.random() < 0.5
            if is_late or not is_faulty:
                await written(*arguments, **named)
            if is_faulty:
                raise Unavailable("The database is away.")

        with monkeypatch.context() as context:
            context.setattr(claims, "append", append)
            yield


async def told(run: Run) -> tuple[str, str]:
    """What is kept since the run last began anew, and what the last request's text was."""
    events = await RunEvent.filter(run_id=run.id).order_by("sequence")
    since = max(at for at, event in enumerate(events) if event.type in ANEW)
    pieces = [event.data["text"] for event in events[since:] if event.type == "OUTPUT_DELTA"]
    requests = events[-1].requests or [{"text": ""}]
    return "".join(pieces), requests[-1]["text"] or ""


@pytest.mark.timeout(900 if IS_LONG else 60)
async def test_R3_what_is_kept_is_the_last_requests_text_whatever_fails(
    resources: Resources, vendor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "COALESCE_SECONDS", 0.001)
    settings = cast("SettingsChanges", {"output_retries": 1})
    at = await assignment(resources, base_url=vendor.url, model_settings=settings)
    planted = 0
    for seed in range(dose(40, 2_000)):
        script = SCRIPTS[seed % len(SCRIPTS)]
        faults = Faults(seed)
        vendor.forget()
        said = iter(script * 100)
        vendor.default = lambda _, said=said: next(said)
        async with faults.planted_by(monkeypatch):
            run = await ended(resources, await queued(resources, at))
        kept, text = await told(run)
        assert kept.rstrip() == (text if begins(text) else ""), f"seed {seed}"
        assert run.status is not RunStatus.SUCCEEDED or kept
        planted += faults.planted
    tried["writes of a run that failed"] += planted
    assert planted > 10
