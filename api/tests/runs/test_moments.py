"""What is read of a run while it goes on is one moment, however its writes and our reads fall."""

import itertools
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from rota.graphql.planning.execution import Interpreter
from rota.inference.errors import RunErrorCode
from rota.platform.kernel.actor import Actor
from rota.platform.kernel.errors import BadRequest
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.runs import claims, service
from rota.runs.claims import Usage
from rota.runs.errors import RunFailure
from rota.runs.event_types import event_of
from rota.runs.follow import follow
from rota.runs.models import EventType, Run, RunEvent
from rota.wiring import RULES
from tests.conftest import SCHEMA, context_for, execute
from tests.runs.factories import assignment, queued
from tests.runs.moments import POLL, READ, contradictions

OUTPUT = {"category": "bug", "confidence": 1}
USED = Usage(requests=1)
Step = Callable[[], Awaitable[object]]


class Story:
    """The life of a run in steps, one write each."""

    def __init__(self, resources: Resources, owner: Actor, run: Run, end: str) -> None:
        self._resources, self._owner, self._run, self._end = resources, owner, run, end
        self.steps: list[Step] = [self._claim, self._say, self._say, *self._last()]

    def _last(self) -> list[Step]:
        match self._end:
            case "requeued":
                return [self._requeue, self._claim, self._succeed]
            case "cancelled":
                return [self._cancel, self._confirm]
            case "failed":
                return [self._fail]
        return [self._succeed]

    async def _claim(self) -> None:
        [self._claimed] = await claims.claim_queued(self._resources, RULES, "worker", 1)

    async def _say(self) -> None:
        await claims.append(
            self._resources, self._claimed, EventType.OUTPUT_DELTA, {"text": "more"}
        )

    async def _succeed(self) -> None:
        await claims.succeed(self._resources, RULES, self._claimed, OUTPUT, USED)

    async def _fail(self) -> None:
        failure = RunFailure(RunErrorCode.PROVIDER_FAILED, "It fell over.")
        await claims.fail(self._resources, RULES, self._claimed, failure, USED)

    async def _requeue(self) -> None:
        await claims.requeue(self._resources, RULES, self._claimed, "handed over", USED)

    async def _cancel(self) -> None:
        async with unit_of_work(self._resources, RULES, self._owner) as work:
            await service.cancel_run(work, str(self._run.id))

    async def _confirm(self) -> None:
        await claims.confirm_cancelled(self._resources, RULES, self._claimed, USED)


async def do(steps: list[Step], number: int) -> None:
    for _ in range(min(number, len(steps))):
        await steps.pop(0)()


@pytest.mark.parametrize("has_plans", [True, False])
@pytest.mark.parametrize("end", ["succeeded", "failed", "cancelled", "requeued"])
async def test_steps_between_the_row_and_its_events_are_left_for_the_next_time(
    end: str,
    has_plans: bool,
    resources: Resources,
    owner: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    interpreter = Interpreter(SCHEMA, has_plans=has_plans)
    at, read = await assignment(resources), service.list_events
    nodes = f"{{ runs(first: 1) {{ nodes {READ} }} }}"
    for before, between in itertools.product(range(7), range(1, 4)):
        run = await queued(resources, at)
        steps = Story(resources, owner, run, end).steps
        await do(steps, before)

        async def late(
            *place: Any, steps: list[Step] = steps, between: int = between
        ) -> list[RunEvent]:
            await do(steps, between)
            return await read(*place)

        monkeypatch.setattr(service, "list_events", late)
        one = await execute(POLL, {"id": str(run.id)}, context_for(resources, owner), interpreter)
        many = await execute(nodes, {}, context_for(resources, owner), interpreter)
        monkeypatch.undo()
        assert not one.errors, one.errors
        assert not many.errors, many.errors
        assert one.data
        assert many.data
        assert contradictions(one.data["run"]) == []
        [newest] = many.data["runs"]["nodes"]
        assert newest["id"] == str(run.id)
        assert contradictions(newest) == []
        await do(steps, len(steps))


async def test_a_contradiction_would_be_found() -> None:
    ended = {"__typename": "RunFailed", "sequence": 2, "error": None, "usage": None}
    torn = {"status": "RUNNING", "lastSequence": 1, "events": [{"sequence": 1}, ended]}
    assert len(contradictions(torn)) == 2
    torn |= {"status": "FAILED", "lastSequence": 2, "error": {"code": "X"}, "usage": None}
    assert len(contradictions(torn)) == 1


async def test_a_run_that_is_removed_while_it_is_followed_is_told(
    resources: Resources, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await queued(resources)
    steps = Story(resources, owner, run, "failed").steps
    read = service.list_events

    async def then_removed(run_id: UUID, *place: Any) -> list[RunEvent]:
        await do(steps, len(steps))
        found = await read(run_id, *place)
        await fetch("DELETE FROM run_event WHERE run_id = $1", run_id)
        await fetch("DELETE FROM run WHERE id = $1", run_id)
        return found

    monkeypatch.setattr(service, "list_events", then_removed)
    with pytest.raises(BadRequest, match="removed"):
        async for _ in follow(resources.bus, str(run.id), 0, event_of):
            pass
