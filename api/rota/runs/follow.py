"""Following a run's events to its end: subscribe first, then read, then go live."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.errors import BadRequest
from rota.platform.kernel.ids import parse_id
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.delivery import Interrupted, Lagged, Message, Subscription
from rota.runs import service
from rota.runs.models import LAST_EVENTS, EventType, Run, RunEvent

T = TypeVar("T")
# Shows an event; the last one with the run as it ended.
Show = Callable[[RunEvent, Run | None], T]
NO_RUN = "There is no run with this id."
LOOK_SECONDS = 1.0
MAX_EVENTS = 500  # of one read


async def follow(bus: Bus, run_id: str, after: int, show: Show[T]) -> AsyncIterator[T]:
    """Every event with a higher sequence than `after`, once and in order, as `show` shows it; ends
    after the last one. What the bus carries is taken where it goes on from there; where it does
    not, the database is read, and so it is after a second without any. Raises BadRequest where
    there is no such run, or none any more."""
    parsed = parse_id(run_id)
    if parsed is None:
        raise BadRequest(NO_RUN)
    position, message = after, None
    async with bus.subscribe("run_event", str(parsed)) as subscription:
        if not (found := await before_deadline(_new(parsed, position, show))):
            run = await before_deadline(service.get_run(run_id))
            if run is None:
                raise BadRequest(NO_RUN)
            if service.is_over(run) and position >= run.last_sequence:
                return
        while True:
            for event, shown in found:
                yield shown
                position = event.sequence
            if found and found[-1][0].type in LAST_EVENTS:
                return
            if len(found) < MAX_EVENTS:
                message = await _news(subscription, position)
            new = partial(_new, parsed, position, show, message)
            # Who waited at the same place is given the same.
            found = await (
                message.once((show, position), new) if message else before_deadline(new())
            )


async def _new(
    run_id: UUID, after: int, show: Show[T], message: Message | None = None
) -> list[tuple[RunEvent, T]]:
    events = _arrived(run_id, message.fields, after) if message else []
    if not events:
        events = await service.list_events(run_id, MAX_EVENTS, after)
    ended = None
    if events and events[-1].type in LAST_EVENTS:
        ended = await service.get_run(str(run_id))
        if ended is None:
            raise BadRequest("The run was just removed.")
    return [(event, show(event, ended)) for event in events]


def _arrived(run_id: UUID, message: Mapping[str, Any], after: int) -> list[RunEvent]:
    """Those behind `after` that a message carries; none where there is a hole, or where it is one
    of another version."""
    try:
        new = [event for event in message["carried"] if event["sequence"] > after]
        if not new or not follows(new[0]["sequence"], after):
            return []
        return RunEvent.of_values([_row(run_id, event) for event in new])
    except (LookupError, TypeError, ValueError):
        return []


def _row(run_id: UUID, event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "sequence": event["sequence"],
        "type": EventType(event["type"]),
        "at": datetime.fromisoformat(event["at"]),
        "data": event["data"],
    }


def follows(sequence: int, after: int) -> bool:
    """Or else there is a hole between them."""
    return sequence == after + 1


async def _news(subscription: Subscription, position: int) -> Message | None:
    """Of what is behind the position; or else, after a gap or a second, a reason to look all the
    same."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            while _is_old(message := await subscription.get(), position):
                pass
    except (TimeoutError, Interrupted, Lagged):
        return None
    return message


def _is_old(message: Message, position: int) -> bool:
    sequence = message.fields.get("sequence")
    return isinstance(sequence, int) and sequence <= position
