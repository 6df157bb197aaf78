"""Following a run without GraphQL: every event once, in order, to the end."""

import asyncio
import json
import random
from decimal import Decimal
from typing import Any

import pytest

from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import BadRequest
from rota.platform.resources import Resources
from rota.runs import claims
from rota.runs.claims import Usage
from rota.runs.event_types import RunSucceeded, event_of
from rota.runs.events import MAX_CARRIED_BYTES, appended
from rota.runs.follow import follow
from rota.runs.models import EventType, Run, RunEvent
from rota.wiring import RULES
from tests.dose import dose, tried
from tests.observe import statements
from tests.runs.factories import queued


def shown(event: RunEvent, ended: Run | None) -> tuple[int, str, str | None]:
    return event.sequence, event.type, ended.status if ended else None


async def _followed(
    resources: Resources, run: Run, after: int = 0
) -> list[tuple[int, str, str | None]]:
    return [one async for one in follow(resources.bus, str(run.id), after, shown)]


async def test_R3_a_follower_gets_all_that_was_and_all_that_comes(resources: Resources) -> None:
    run = await queued(resources)
    early, late = (
        asyncio.create_task(_followed(resources, run)),
        asyncio.create_task(_followed(resources, run, 2)),
    )
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    await claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": "{"})
    await claims.succeed(resources, RULES, claim, {}, Usage(), last_text="}")
    async with asyncio.timeout(10):
        seen = await early
        assert [one[:2] for one in await late] == [one[:2] for one in seen[2:]]
    assert [sequence for sequence, _, _ in seen] == [1, 2, 3, 4, 5]
    assert seen[0][1] == "QUEUED"
    assert seen[-1][1:] == ("SUCCEEDED", "SUCCEEDED")


async def test_R3_followers_at_the_same_place_share_what_is_read(resources: Resources) -> None:
    run = await queued(resources)
    many = 20
    followers = [asyncio.create_task(_followed(resources, run)) for _ in range(many)]
    topic = f"run_event:{run.id}"
    while len(resources.bus._subscriptions.get(topic, ())) < many:  # noqa: ASYNC110 (yields only)
        await asyncio.sleep(0)
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    with statements() as sent:
        await claims.succeed(resources, RULES, claim, {}, Usage())
        async with asyncio.timeout(10):
            await asyncio.gather(*followers)
    reads = [text for text in sent if "FROM run_event WHERE" in text]
    assert len(reads) < many


async def test_R3_a_run_that_is_not_there_cannot_be_followed(resources: Resources) -> None:
    with pytest.raises(BadRequest):
        await anext(follow(resources.bus, "no id", 0, shown))


async def test_R3_what_the_bus_carries_is_not_read(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await queued(resources)
    seen: list[tuple[int, str, str | None]] = []
    begun = asyncio.Event()

    async def follower() -> None:
        async for one in follow(resources.bus, str(run.id), 0, shown):
            seen.append(one)
            begun.set()

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(follower())
        await begun.wait()
        monkeypatch.setattr("rota.runs.follow.LOOK_SECONDS", 3600)
        with statements() as sent:
            [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
            await claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": "{"})
            await claims.succeed(resources, RULES, claim, {}, Usage(), last_text="}")
    assert [one[:2] for one in seen] == await _stored(run)
    assert not [text for text in sent if "FROM run_event WHERE" in text or "SELECT * FROM" in text]


OUTPUTS: list[Any] = [
    {}, None, "", "x\u2028é🧵\x7f", [1, 1.0, -0.0, 1e-7, 1e22], 2**63, 2**200, Decimal("0.1000"),
    {"b": [True, None], "a": {"é": "\\"}}, {"text": "x" * MAX_CARRIED_BYTES},
]  # fmt: skip
USAGES = [
    Usage(),
    Usage(3, 10, 20, 5, Decimal("0.000120")),
    Usage(1, 2**31, 2**40, None, Decimal("1234567.1")),
]


@pytest.mark.parametrize("usage", USAGES)
async def test_R3_the_end_is_the_same_carried_and_read(resources: Resources, usage: Usage) -> None:
    for output in OUTPUTS:
        run = await queued(resources)
        [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
        live = asyncio.create_task(_last(resources, run))
        await _registered(resources, run)
        await claims.succeed(resources, RULES, claim, {"v": output}, usage, last_text="x")
        async with asyncio.timeout(10):
            assert await live == await _last(resources, run)


async def _last(resources: Resources, run: Run) -> str:
    events = [one async for one in follow(resources.bus, str(run.id), 0, event_of)]
    last = events[-1]
    assert isinstance(last, RunSucceeded)
    return jsontext.dumps([last.output, repr(last.usage), last.sequence, str(last.at)])


async def _registered(resources: Resources, run: Run) -> None:
    while f"run_event:{run.id}" not in resources.bus._subscriptions:  # noqa: ASYNC110 (yields only)
        await asyncio.sleep(0)


async def test_R3_what_is_long_is_read(resources: Resources) -> None:
    run = await queued(resources)
    following = asyncio.create_task(_followed(resources, run))
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    around = len('{"text":""}')
    for size in (MAX_CARRIED_BYTES - around, MAX_CARRIED_BYTES - around + 1):
        delta = {"text": "x" * size}
        event = {"sequence": 3, "type": "OUTPUT_DELTA", "at": run.queued_at, "data": delta}
        assert bool(appended(run.id, event).carried) == (size == MAX_CARRIED_BYTES - around)
        await claims.append(resources, claim, EventType.OUTPUT_DELTA, delta)
    await claims.succeed(resources, RULES, claim, {}, Usage())
    async with asyncio.timeout(10):
        assert [one[:2] for one in await following] == await _stored(run)


class Fates:
    """Of the messages about events some are lost, come twice, late, or as somebody else wrote
    them."""

    def __init__(self, resources: Resources, seed: int) -> None:
        self.random = random.Random(seed)
        self._deliver = resources.bus._deliver
        self._late: list[dict[str, Any]] = []

    def deliver(self, raw: dict[str, Any]) -> None:
        if not raw["channel"].startswith(b"rota:run_event:"):
            self._deliver(raw)
            return
        message = json.loads(raw["data"])
        for event in message.get("carried", ()):
            self._garble(event)
        match self.random.randrange(9):
            case 0:
                return
            case 1:
                self._late.append(raw)
                return
            case 2:
                self._deliver(raw)
            case 3:
                del message["carried"]
            case 4:
                message["ended"] = self.random.choice([None, {}, 3, {"cost_usd": "x"}])
            case 5:
                message["carried"] = [self.random.choice([None, 3, {}, {"sequence": "x"}])]
        self._deliver({**raw, "data": json.dumps(message).encode()})
        if self._late and self.random.random() < 0.5:
            self._deliver(self._late.pop(0))

    def _garble(self, event: dict[str, Any]) -> None:
        name = self.random.choice(["type", "at", "data", *["nothing"] * 9])
        if name in event and name != "data":
            event[name] = self.random.choice([None, 3, "NEW"])


async def _played(resources: Resources, seed: int) -> tuple[list[tuple[int, str]], Run]:
    """What a follower saw of a run whose messages had their fates."""
    fates = Fates(resources, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources.bus, "_deliver", fates.deliver)
        patch.setattr("rota.runs.follow.LOOK_SECONDS", 0.05)
        run = await queued(resources)
        followers = [asyncio.create_task(_followed(resources, run)) for _ in range(2)]
        [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
        for number in range(fates.random.randrange(6)):
            text = {"text": f"{number}" * fates.random.choice([1, MAX_CARRIED_BYTES])}
            await claims.append(resources, claim, EventType.OUTPUT_DELTA, text)
        last = fates.random.choice(["", "}"])
        await claims.succeed(resources, RULES, claim, {}, Usage(), last_text=last)
        async with asyncio.timeout(20):
            one, other = await asyncio.gather(*followers)
    assert [seen[:2] for seen in one] == [seen[:2] for seen in other]
    return [seen[:2] for seen in one], run


async def test_R3_every_event_once_and_in_order_whatever_becomes_of_the_messages(
    resources: Resources,
) -> None:
    for seed in range(dose(20, 2_000)):
        seen, run = await _played(resources, seed)
        assert seen == await _stored(run), f"seed {seed}"
        tried["runs whose messages had their fates"] += 1


async def _with_a_hole(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a follower who only hears, and not of the third event, sees them all."""
    monkeypatch.setattr("rota.runs.follow.LOOK_SECONDS", 3600)
    deliver = resources.bus._deliver

    def lossy(raw: dict[str, Any]) -> None:
        if json.loads(raw["data"]).get("sequence") != 3:
            deliver(raw)

    monkeypatch.setattr(resources.bus, "_deliver", lossy)
    run = await queued(resources)
    seen: list[tuple[int, str]] = []
    begun = asyncio.Event()

    async def follower() -> None:
        async for one in follow(resources.bus, str(run.id), 0, shown):
            seen.append(one[:2])
            begun.set()

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(follower())
        await begun.wait()
        [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
        for text in ("3", "4"):
            await claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": text})
        await claims.succeed(resources, RULES, claim, {}, Usage())
    return seen == await _stored(run)


async def test_R3_a_hole_is_read(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _with_a_hole(resources, monkeypatch)


async def test_R3_without_a_look_for_holes_an_event_is_missed(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr("rota.runs.follow.follows", lambda sequence, after: True)
    assert not await _with_a_hole(resources, monkeypatch)


async def _stored(run: Run) -> list[tuple[int, str]]:
    return [
        (event.sequence, event.type)
        for event in await RunEvent.filter(run_id=run.id).order_by("sequence")
    ]
