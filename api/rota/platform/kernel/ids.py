"""Ids are UUIDv7: unique everywhere, and in the order of their making."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()


def first_id_at(moment: datetime, later: float = 0) -> UUID:
    """Smaller than every id that is made so many seconds after this moment or still later."""
    milliseconds = int((moment.timestamp() + later) * 1000)
    return UUID(int=min(max(milliseconds, 0), 2**48 - 1) << 80)


def parse_id(text: str) -> UUID | None:
    """None for what is no id at all: it names nothing that exists."""
    try:
        return UUID(text)
    except ValueError:
        return None
