"""Following a run's events to its end: subscribe first, then read, then go live."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TypeVar

from rota.platform.kernel.deadline import before_deadline
from rota.platform.kernel.errors import BadRequest
from rota.platform.messaging.bus import Bus
from rota.platform.messaging.delivery import Interrupted, Lagged, Message, Subscription
from rota.runs import service
from rota.runs.models import LAST_EVENTS, Run, RunEvent

T = TypeVar("T")
LOOK_SECONDS = 1.0
MAX_EVENTS = 500  # of one read


async def follow(
    bus: Bus, run_id: str, after: int, show: Callable[[RunEvent, Run], T]
) -> AsyncIterator[T]:
    """Every event with a higher sequence than `after`, once and in order, as `show` shows it; ends
    after the last one, which `show` is given with the run as it ended. A message is only a reason
    to look, and so is a second without any. Raises BadRequest where there is no such run,
    or none any more."""
    run = await before_deadline(service.get_run(run_id))
    if run is None:
        raise BadRequest("There is no run with this id.")
    position = after
    async with bus.subscribe("run_event", str(run.id)) as subscription:
        message = None
        while True:
            read = partial(_read, run, position, show)
            # Who waited at the same place is given the same.
            if message:
                found = await message.once((show, position), read)
            else:
                found = await before_deadline(read())
            for event, shown in found:
                yield shown
                position = event.sequence
            if found and found[-1][0].type in LAST_EVENTS:
                return
            if len(found) < MAX_EVENTS:
                if service.is_over(run) and position >= run.last_sequence:
                    return
                message = await _news(subscription)


async def _read(
    run: Run, after: int, show: Callable[[RunEvent, Run], T]
) -> list[tuple[RunEvent, T]]:
    events = await service.list_events(run.id, MAX_EVENTS, after)
    if events and events[-1].type in LAST_EVENTS:
        ended = await service.get_run(str(run.id))
        if ended is None:
            raise BadRequest("The run was just removed.")
        run = ended
    return [(event, show(event, run)) for event in events]


async def _news(subscription: Subscription) -> Message | None:
    """Or else, after a gap or a second, a reason to look all the same."""
    try:
        return await subscription.newest(LOOK_SECONDS)
    except (Interrupted, Lagged):
        return None
