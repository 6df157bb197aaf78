"""Following a run's events to its end: subscribe first, then read, then go live."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.errors import BadRequest
from rota.platform.kernel.ids import parse_id
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.delivery import Interrupted, Lagged, Message, Subscription
from rota.platform.storage.json_column import RawJson
from rota.runs import service
from rota.runs.events import USED
from rota.runs.models import LAST_EVENTS, EventType, Run, RunEvent, RunStatus

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
            # Who waited at the same place is given the same.
            place, new = (show, position), partial(_new, parsed, position, show)
            if message is None:
                found = await before_deadline(new())
            else:
                carried = partial(_carried, parsed, position, show, message)
                found = message.made(place, carried) or await message.once(place, new)


def _carried(run_id: UUID, after: int, show: Show[T], message: Message) -> list[tuple[RunEvent, T]]:
    """None where there is more to read."""
    try:
        events = _arrived(run_id, message.fields["carried"], after)
        is_last = bool(events) and events[-1].type in LAST_EVENTS
        ended = _ended(run_id, message.fields["ended"]) if is_last else None
    except (LookupError, TypeError, ValueError, ArithmeticError):
        return []  # a message of another version
    return [(event, show(event, ended)) for event in events]


async def _new(run_id: UUID, after: int, show: Show[T]) -> list[tuple[RunEvent, T]]:
    events = await service.list_events(run_id, MAX_EVENTS, after)
    ended = None
    if events and events[-1].type in LAST_EVENTS:
        ended = await service.get_run(str(run_id))
        if ended is None:
            raise BadRequest("The run was just removed.")
    return [(event, show(event, ended)) for event in events]


def _arrived(run_id: UUID, carried: Sequence[Mapping[str, Any]], after: int) -> list[RunEvent]:
    """Those behind `after`; none where there is a hole."""
    new = [event for event in carried if event["sequence"] > after]
    if not new or not follows(new[0]["sequence"], after):
        return []
    return RunEvent.of_values([_row(run_id, event) for event in new])


def _ended(run_id: UUID, ended: Mapping[str, Any]) -> Run:
    """As far as its last event shows it. Raises TypeError where the message does not say."""
    cost = ended["cost_usd"]
    values = {
        **{name: ended[name] for name in USED},
        "id": run_id,
        "status": RunStatus.SUCCEEDED,
        "output": RawJson(ended["output"]),
        "cost_usd": None if cost is None else Decimal(cost),
    }
    [run] = Run.of_values([values])
    return run


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
