"""Whatever a vendor does, nothing wrong is stored, nothing is a fault of Rota's own, no more is
paid for than there are tries, and no key is shown (V1 to V5). Seeded; an hour in the soak."""

import json
import logging
import os
import time
from collections import Counter
from typing import Any, cast

import pytest

from rota.inference.settings import SettingsChanges
from rota.platform.resources import Resources
from rota.runs import execution, watching
from rota.runs.models import Run, RunEvent, RunStatus
from tests.dose import IS_LONG, dose, tried
from tests.runs.conftest import Server, run_loop, vendor
from tests.runs.factories import assignment, ended, queued
from tests.security.hostile_vendor import HostileVendor
from tests.security.leaks import leaks

__all__ = ["run_loop", "vendor"]
KEY = "sk-Canary/0123456789+abc&def"
RETRIES = 1
ROUNDS = dose(120, 1_000_000)
SECONDS = 3_600
SEED = int(os.environ.get("ROTA_SOAK_SEED", "1"))
MODES = (None, "ENFORCED", "JSON_AND_SHOWN", "SHOWN", "TOOL")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "BACK_OFF_SECONDS", (0.001,) * 5)
    monkeypatch.setattr(watching, "COALESCE_SECONDS", 0.001)


async def faults(run: Run, hostile: HostileVendor, calls: int) -> list[str]:
    """What is wrong about how it ended."""
    found = []
    if run.status is RunStatus.SUCCEEDED and run.output not in hostile.whole:
        found.append(f"stored {run.output!r}, which was never said whole")
    if run.error_code == "INTERNAL":
        found.append("INTERNAL")
    # A kept connection that closes without a byte is taken for stale, and counts as none.
    if calls - hostile.silent > 1 + len(execution.BACK_OFF_SECONDS) + RETRIES + 1:
        found.append(f"{calls} calls")
    events = await RunEvent.filter(run_id=run.id)
    places = {
        "output": run.output,
        "error": [run.error_message, run.error_issues, run.vendor_message],
        "thoughts": run.thoughts,
        **{f"event {event.type}": [event.data, event.requests] for event in events},
    }
    shown = {place: json.dumps(value).encode() for place, value in places.items()}
    return found + [f"the key as {form} in {place}" for place, form in leaks(shown, KEY)]


@pytest.mark.usefixtures("run_loop")
@pytest.mark.timeout(SECONDS + 600 if IS_LONG else 120)
async def test_V1_to_V5_a_hostile_vendor_gets_nothing_through(
    resources: Resources, vendor: Server, caplog: pytest.LogCaptureFixture
) -> None:
    until = time.monotonic() + SECONDS
    ends: Counter[str] = Counter()
    assignments = [
        await assignment(
            resources,
            base_url=vendor.url,
            api_key=KEY,
            model_settings=cast(
                "SettingsChanges", {"output_retries": RETRIES, "output_mode": mode}
            ),
        )
        for mode in MODES
    ]
    for number in range(ROUNDS):
        if time.monotonic() > until:
            break
        seed = SEED * 1_000_000 + number
        hostile = HostileVendor(seed, KEY)
        vendor.default = hostile.answer
        vendor.forget()
        run = await queued(resources, assignments[number % len(MODES)])
        run = await ended(resources, run)
        assert await faults(run, hostile, len(vendor.chats)) == [], f"seed {seed}"
        ends[run.error_code or "SUCCEEDED"] += 1
        await resources.redis.flushdb()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    for end, count in ends.items():
        tried[f"runs on a hostile vendor: {end}"] += count
    assert ends["SUCCEEDED"] > 0
    assert len(ends) > 4


async def test_what_a_hostile_vendor_would_get_through_is_found() -> None:
    """The negative control."""
    hostile = HostileVendor(1, KEY)
    wrong: Any = Run(status=RunStatus.SUCCEEDED, output={"category": "bug"}, error_message=KEY)
    wrong.error_issues = wrong.vendor_message = wrong.thoughts = wrong.error_code = None
    found = await faults(wrong, hostile, 99)
    assert len(found) >= 3
