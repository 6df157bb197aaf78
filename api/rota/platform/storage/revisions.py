"""What every kind of named, revised row has in common when it is written."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.transactions import in_transaction

from rota.platform.kernel.errors import NameTaken, StaleRevision
from rota.platform.kernel.events import Changes
from rota.platform.storage.records import insert


class Named(Protocol):
    id: UUID
    name: str
    name_key: str


async def insert_named(row: Any, noun: str) -> None:
    """The database decides whether a name is free, also between two racing requests."""
    if not await insert(row, unless_taken="name_key"):
        raise await _taken(row, noun) or AssertionError("Whoever had the name is gone.")


async def save_named(row: Any, noun: str) -> None:
    """The savepoint keeps the transaction usable for the look-up."""
    try:
        async with in_transaction():
            await row.save(force_update=True)
    except IntegrityError as error:
        raise await _taken(row, noun) or error from None


async def _taken(row: Any, noun: str) -> NameTaken | None:
    model: type[Model] = type(row)
    holder: Any = await model.filter(name_key=row.name_key).exclude(id=row.id).first()
    return NameTaken(noun, row.name, holder.id) if holder else None


def check_revision(current: int, expected: int | None) -> None:
    if expected is not None and expected != current:
        raise StaleRevision(current)


def differences(before: Any | None, after: Any, labels: Mapping[str, str]) -> Changes:
    """Which of the attributes changed, by their label: (value before, value after)."""
    changes: Changes = {}
    for attribute, label in labels.items():
        old = plain(getattr(before, attribute)) if before is not None else None
        new = plain(getattr(after, attribute))
        if old != new:
            changes[label] = (old, new)
    return changes


def plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
