"""Asking for runs, and stopping them: R1, R4."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from rota.assignments.errors import AssignmentInactive
from rota.assignments.service import unassign_task
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.kernel.errors import Forbidden, InvalidInput, NotFound
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.providers.errors import ProviderInactive
from rota.providers.service import delete_provider, update_provider
from rota.runs import claims, service
from rota.runs.errors import IdempotencyConflict
from rota.runs.models import Run, RunStatus
from rota.runs.queueing import run_task
from rota.wiring import RULES
from tests.providers.factories import provider
from tests.runs.factories import assignment, history, queued


async def _cancel(resources: Resources, run: Run) -> Run:
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.cancel_run(work, str(run.id))


async def test_R1_a_run_is_stored_with_its_first_event(resources: Resources) -> None:
    run = await queued(resources)
    stored = await Run.get(id=run.id)
    assert (stored.status, stored.attempt, stored.input) == (
        RunStatus.QUEUED,
        0,
        {"message": "It crashes."},
    )
    assert await history(stored) == ["QUEUED"]


async def test_R1_an_input_that_breaks_the_request_schema_is_refused(
    resources: Resources,
) -> None:
    at = await assignment(resources)
    with pytest.raises(InvalidInput) as refusal:
        await queued(resources, at, {"message": 3})
    assert [issue.path for issue in refusal.value.issues] == [("input", "message")]
    assert await Run.all().count() == 0


@pytest.mark.parametrize("value", [{"message": "no"}, 3, ["text"], True])
async def test_R1_without_a_request_schema_the_input_is_a_string(
    resources: Resources, value: Any
) -> None:
    at = await assignment(resources, request_schema=None)
    with pytest.raises(InvalidInput):
        await queued(resources, at, value)
    assert (await queued(resources, at, "free text")).input == "free text"
    assert await Run.all().count() == 1


async def test_R1_an_input_of_over_a_mebibyte_is_refused(resources: Resources) -> None:
    at = await assignment(resources)
    with pytest.raises(InvalidInput):
        await queued(resources, at, {"message": "x" * 1024 * 1024})
    assert await Run.all().count() == 0


async def test_R1_an_input_reads_back_as_it_was_sent(resources: Resources) -> None:
    at = await assignment(resources, request_schema={"type": "object"})
    value = {"z": 1, "a": [10**40, 1.5, None, True, "\x7f é 🙂 \u202e"], "n": {"y": {}, "x": []}}
    run = await Run.get(id=(await queued(resources, at, value)).id)
    assert run.input == value
    assert list(run.input) == ["z", "a", "n"]


async def test_R1_numbers_of_an_input_are_kept_to_the_last_digit(resources: Resources) -> None:
    at = await assignment(resources, request_schema={"type": "object"})
    value = {"a": [Decimal("1234567890123456.78"), Decimal("1e-400"), 0.1, 1e3]}
    first = await queued(resources, at, value, "key")
    run = await Run.get(id=first.id)
    assert jsontext.is_same(run.input, value)
    assert "1234567890123456.78" in jsontext.dumps_readable(run.input)
    assert (await queued(resources, at, value, "key")).id == first.id
    with pytest.raises(IdempotencyConflict):
        await queued(resources, at, {"a": [1234567890123456.8, 0, 0.1, 1e3]}, "key")


@pytest.mark.parametrize("text", ["a\0", "\ud800"])
@pytest.mark.parametrize("request_schema", [{"type": "object"}, None])
async def test_R1_what_an_input_may_not_have_is_told_at_its_place(
    resources: Resources, text: str, request_schema: Any
) -> None:
    at = await assignment(resources, request_schema=request_schema)
    with pytest.raises(InvalidInput) as refusal:
        await queued(resources, at, {"a": [text]} if request_schema else text)
    path = ("input", "a", "0") if request_schema else ("input",)
    assert [issue.path for issue in refusal.value.issues] == [path]


async def test_R1_an_input_that_is_too_dear_to_check_is_refused_in_words(
    resources: Resources,
) -> None:
    forms = {"items": {"oneOf": [{"const": number} for number in range(5_000)]}}
    schema = {"type": "object", "properties": {"it": forms}}
    at = await assignment(resources, request_schema=schema)
    with pytest.raises(InvalidInput) as refusal:
        await queued(resources, at, {"it": [4_999] * 40_000})
    [issue] = refusal.value.issues
    assert issue.path == ("input",)
    assert "takes too long" in issue.message


async def test_R1_the_same_key_and_request_give_the_same_run(resources: Resources) -> None:
    at = await assignment(resources, request_schema={"type": "object"})
    first = await queued(resources, at, {"a": 1, "b": 2}, "key")
    again = await queued(resources, at, {"b": 2.0, "a": 1}, "key")
    assert again.id == first.id
    assert await Run.all().count() == 1


async def test_R1_the_same_key_in_a_race_gives_one_run(resources: Resources) -> None:
    at = await assignment(resources)
    runs = await asyncio.gather(*(queued(resources, at, None, "key") for _ in range(8)))
    assert len({run.id for run in runs}) == 1
    assert await Run.all().count() == 1
    assert await history(runs[0]) == ["QUEUED"]


@pytest.mark.parametrize("value", [{"a": 2}, {"a": True}, {"a": "1"}, {"a": 1, "b": None}])
async def test_R1_the_same_key_with_another_input_is_a_conflict(
    resources: Resources, value: Any
) -> None:
    at = await assignment(resources, request_schema={"type": "object"})
    first = await queued(resources, at, {"a": 1}, "key")
    with pytest.raises(IdempotencyConflict) as conflict:
        await queued(resources, at, value, "key")
    assert conflict.value.run_id == first.id
    assert await Run.all().count() == 1


async def test_R1_a_repeated_request_gets_its_run_though_the_assignment_is_inactive(
    resources: Resources,
) -> None:
    at = await assignment(resources)
    first = await queued(resources, at, None, "key")
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await unassign_task(work, str(at.id))
    assert (await queued(resources, at, None, "key")).id == first.id
    with pytest.raises(AssignmentInactive):
        await queued(resources, at, None, "another")


@pytest.mark.parametrize("id", ["", "no id", "018f2f2e-0000-7000-8000-000000000000"])
async def test_R1_an_unknown_assignment_is_not_found(resources: Resources, id: str) -> None:
    with pytest.raises(NotFound) as missing:
        await run_task(resources, RULES, id, {}, actor=SYSTEM)
    assert (missing.value.path, missing.value.id) == (("assignmentId",), id)


async def test_P6_an_inactive_provider_takes_no_new_run(resources: Resources) -> None:
    on = await provider(resources)
    at = await assignment(resources, on=on)
    waiting = await queued(resources, at)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        await update_provider(work, str(on.id), {"is_active": False}, None)
    with pytest.raises(ProviderInactive):
        await queued(resources, at)
    [claim] = await claims.claim_queued(resources, RULES, "worker", 5)
    assert claim.run_id == waiting.id, "queued runs of a deactivated provider still run"


async def test_P6_a_provider_with_unfinished_runs_is_deactivated(resources: Resources) -> None:
    on = await provider(resources)
    await queued(resources, await assignment(resources, on=on))
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        kept = await delete_provider(work, str(on.id))
    assert kept is not None
    assert not kept.is_active


async def test_R4_a_queued_run_is_cancelled_at_once_and_never_starts(
    resources: Resources,
) -> None:
    run = await _cancel(resources, await queued(resources))
    assert run.status is RunStatus.CANCELLED
    assert await claims.claim_queued(resources, RULES, "worker", 1) == []
    assert await history(run) == ["QUEUED", "CANCELLED"]


async def test_R4_a_running_run_is_asked_to_stop_once(resources: Resources) -> None:
    run = await queued(resources)
    await claims.claim_queued(resources, RULES, "worker", 1)
    assert (await _cancel(resources, run)).status is RunStatus.CANCELLING
    assert (await _cancel(resources, run)).status is RunStatus.CANCELLING
    assert await history(run) == ["QUEUED", "STARTED", "CANCELLING"]


async def test_R4_a_finished_run_comes_back_as_it_is(resources: Resources) -> None:
    run = await queued(resources)
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    await claims.succeed(
        resources, RULES, claim, {"category": "bug", "confidence": 1}, claims.Usage()
    )
    assert (await _cancel(resources, run)).status is RunStatus.SUCCEEDED
    assert await history(run) == ["QUEUED", "STARTED", "SUCCEEDED"]


async def test_X3_a_viewer_neither_runs_nor_cancels(resources: Resources) -> None:
    run = await queued(resources)
    viewer = Actor(name="Vera", role=Role.VIEWER)
    async with unit_of_work(resources, RULES, viewer) as work:
        with pytest.raises(Forbidden):
            await run_task(resources, RULES, str(run.assignment_id), {"message": "x"}, actor=viewer)
        with pytest.raises(Forbidden):
            await service.cancel_run(work, str(run.id))
    assert (await Run.get(id=run.id)).status is RunStatus.QUEUED
    assert await Run.all().count() == 1
