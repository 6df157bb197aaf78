"""A write that PostgreSQL refuses for what is in it ends the run, once, and is not tried again with
another paid call: whichever column it is (V4)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, cast

import pytest

from rota.inference.errors import RunErrorCode
from rota.inference.settings import SettingsChanges
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.storage.orm import columns_of
from rota.runs import claims, execution, watching
from rota.runs.errors import RunFailure
from rota.runs.models import Run, RunEvent, RunStatus
from rota.wiring import RULES
from tests.runs.factories import assignment, ended, queued
from tests.vendors.script import Answer, Fails, Raw, Says, Trouble

GOOD = '{"category": "bug", "confidence": 0.9}'
BAD = '{"category": "nonsense", "confidence": 7}'
CODES = ("22003", "22P05", "22021", "54000", "23514")
THOUGHT = Raw(
    b'data: {"choices":[{"delta":{"reasoning":"so","content":"{}"},"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":'
    b'{"cached_tokens":1}}}\n\n',
    200,
    "text/event-stream",
)
# By column, in which events it is refused (all where none is named), and what makes it be written.
RUN: dict[str, Answer] = {
    "output": Says((GOOD,)),
    "thoughts": THOUGHT,
    "error_issues": Says((BAD,)),
    "vendor_message": Fails(Trouble.WRONG_KEY),
    "usage_requests": Says((GOOD,)),
    "usage_input_tokens": Says((GOOD,)),
    "usage_output_tokens": Says((GOOD,)),
    "usage_cached_tokens": THOUGHT,
    "cost_usd": Says((GOOD,)),
}
EVENTS: list[tuple[str, str, Answer]] = [
    ("data", "OUTPUT_DELTA", Says(tuple(GOOD))),
    ("data", "OUTPUT_REJECTED", Says((BAD,))),
    ("data", "RETRYING", Fails(Trouble.SERVER)),
    ("requests", "OUTPUT_REJECTED", Says((BAD,))),
    ("requests", "RETRYING", Fails(Trouble.SERVER)),
    ("requests", "SUCCEEDED", Says((GOOD,))),
    ("requests", "FAILED", Fails(Trouble.WRONG_KEY)),
]
# What Rota alone makes of what it knows: no word of a vendor comes into it. The words of an error
# may repeat what a system says of an address, and are made storable.
OWN = {
    *("id", "status", "agent_name", "task_name", "input", "idempotency_key", "created_by"),
    *("attempt", "lost_leases", "interruptions", "worker", "lease_until", "last_sequence"),
    *("queued_at", "started_at", "finished_at", "output_mode", "error_code", "error_message"),
    *("run_id", "sequence", "type", "at", "assignment_id", "provider_id"),
    *("agent_id", "agent_revision_id", "task_id", "task_revision_id"),
}
CASES = [("run", column, "", said) for column, said in RUN.items()]
CASES += [("run_event", *event) for event in EVENTS]


@asynccontextmanager
async def refused(table: str, column: str, kind: str, code: str) -> AsyncIterator[None]:
    """Whatever would write the column is refused, as PostgreSQL refuses what it cannot keep."""
    differs = f"NEW.{column}::text IS DISTINCT FROM OLD.{column}::text"
    if column == "error_issues":
        differs += " AND NEW.error_issues::text <> '[]'"
    if table == "run_event":
        differs = f"NEW.{column} IS NOT NULL AND NEW.type = '{kind}'"
    await fetch(
        f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {differs} THEN "
        f"RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END IF; RETURN NEW; END $$"
    )
    change = "INSERT" if table == "run_event" else "UPDATE"
    await fetch(
        f"CREATE TRIGGER refuse BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    try:
        yield
    finally:
        await fetch("DROP FUNCTION refuse CASCADE")


@pytest.mark.usefixtures("run_loop", "quick")
@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case[:3]))
async def test_V4_what_is_refused_ends_the_run_once(
    resources: Resources,
    vendor: Any,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[str, str, str, Answer],
) -> None:
    table, column, kind, said = case
    monkeypatch.setattr(execution, "cost_usd", lambda *_: Decimal("0.1"))
    monkeypatch.setattr(watching, "COALESCE_SECONDS", 0.001)
    settings = cast("SettingsChanges", {"output_retries": 0, "output_mode": "SHOWN"})
    vendor.default = lambda _: said
    at = await assignment(resources, base_url=vendor.url, model_settings=settings)
    for code in CODES:
        vendor.forget()
        async with refused(table, column, kind, code):
            run = await ended(resources, await queued(resources, at))
        assert (run.attempt, run.lost_leases) == (1, 0), code
        assert run.status in (RunStatus.SUCCEEDED, RunStatus.FAILED)
        assert len(vendor.chats) == 1 or kind == "RETRYING"
        assert run.error_code != "LOST"
        if code[:2] != "23":
            assert run.error_code != "INTERNAL"
        events = await RunEvent.filter(run_id=run.id).order_by("sequence")
        assert events[-1].type.value == run.status.value
        assert await Run.filter(status=RunStatus.QUEUED).count() == 0


@pytest.mark.usefixtures("resources")
async def test_V4_every_column_is_tried_or_is_our_own() -> None:
    columns = {*columns_of(Run), *columns_of(RunEvent)}
    tried = {*RUN, *(column for column, *_ in EVENTS)}
    assert columns == tried | OWN
    assert not tried & OWN


async def test_V4_words_of_an_error_are_kept_whatever_is_in_them(resources: Resources) -> None:
    run = await queued(resources)
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    failure = RunFailure(RunErrorCode.PROVIDER_UNREACHABLE, "No way to \0 and \ud800.")
    await claims.fail(resources, RULES, claim, failure, claims.Usage())
    assert (await Run.get(id=run.id)).error_message == "No way to \ufffd and \ufffd."
