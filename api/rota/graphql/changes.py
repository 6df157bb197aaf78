"""What the `…Changed` subscriptions share: the kinds of change, and the stream behind them."""

from collections.abc import AsyncIterator
from enum import Enum

import strawberry

from rota.graphql.context import Context
from rota.platform.kernel.ids import parse_id
from rota.platform.messaging.delivery import Message


@strawberry.enum(description="What happened to a thing.")
class ChangeKind(Enum):
    CREATED = strawberry.enum_value("CREATED", description="It is new.")
    UPDATED = strawberry.enum_value("UPDATED", description="Its fields or its status changed.")
    DELETED = strawberry.enum_value("DELETED", description="It is gone.")
    VALIDATION_UPDATED = strawberry.enum_value(
        "VALIDATION_UPDATED", description="A provider's check went a step further."
    )


async def messages(context: Context, noun: str, id: str | None = None) -> AsyncIterator[Message]:
    """From the moment it is first awaited on; raises where messages were missed."""
    wanted = None
    if id is not None:
        parsed = parse_id(id)
        wanted = str(parsed) if parsed else id
    async with context.resources.bus.subscribe(noun, wanted) as subscription:
        async for message in subscription:
            yield message
