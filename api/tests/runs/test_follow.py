"""Following a run without GraphQL: every event once, in order, to the end."""

import asyncio

import pytest

from rota.platform.kernel.errors import BadRequest
from rota.platform.resources import Resources
from rota.runs import claims
from rota.runs.claims import Usage
from rota.runs.follow import follow
from rota.runs.models import EventType, Run, RunEvent
from rota.wiring import RULES
from tests.observe import statements
from tests.runs.factories import queued


def shown(event: RunEvent, run: Run) -> tuple[int, str, str]:
    return event.sequence, event.type, run.status


async def _followed(resources: Resources, run: Run, after: int = 0) -> list[tuple[int, str, str]]:
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
