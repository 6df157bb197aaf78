"""Ids are UUIDv7: unique everywhere, and in the order of their making."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()


def parse_id(text: str) -> UUID | None:
    """None for what is no id at all: it names nothing that exists."""
    try:
        return UUID(text)
    except ValueError:
        return None
