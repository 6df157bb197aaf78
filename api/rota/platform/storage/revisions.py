"""How named, revised rows are written: the row, what changed of it, and the revision it leaves."""

from collections.abc import Mapping
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.models import Model
from tortoise.transactions import in_transaction

from rota.platform.kernel.errors import InvalidInput, Issue, NameTaken, StaleRevision
from rota.platform.kernel.events import Changes
from rota.platform.kernel.ids import new_id
from rota.platform.kernel.names import name_key
from rota.platform.storage.records import Row, insert
from rota.platform.storage.revised import Fields, Name, label_of, plain
from rota.platform.storage.together import NOTHING, Given, Stored, insert_with


def write(row: Any, given: Mapping[str, Any], fields: Fields) -> Changes:
    """Puts on the row what is given and differs. Returns that, by label: (value before, value
    after). Raises InvalidInput, with all that is wrong, and the row stays as it is."""
    _refuse_nulls(given, fields)
    cleaned = {
        name: field.clean(given[name], getattr(row, name))
        for name, field in fields.items()
        if name in given
    }
    if unknown := given.keys() - cleaned.keys():
        raise KeyError(f"Nothing is known about {sorted(unknown)}.")
    issues: list[Issue] = []
    for name, value in cleaned.items():
        if isinstance(fields[name], Name) and value == getattr(row, name):
            continue  # rules of names have grown, and what is stored stays
        issues += fields[name].issues(value, label_of(name))
    if issues:
        raise InvalidInput(issues)
    changes: Changes = {}
    for name, value in cleaned.items():
        field = fields[name]
        before = field.parts(getattr(row, name), label_of(name))
        after = field.parts(value, label_of(name))
        differing = [part for part in after if not field.is_same(before[part], after[part])]
        if differing:
            changes |= {part: (before[part], after[part]) for part in differing}
            setattr(row, name, value)
    return changes


def removal(row: Any, fields: Fields) -> Changes:
    """What goes with the row, by label: (value before, None)."""
    changes: Changes = {}
    for name, field in fields.items():
        parts = field.parts(getattr(row, name), label_of(name))
        changes |= {part: (value, None) for part, value in parts.items() if value is not None}
    return changes


async def keep_revision(
    model: type[Row], row: Any, fields: Fields, created_by: str, **more: Any
) -> None:
    """Stores what the row is now in a revision of its own. `more`: whose it is, and what else the
    revision alone holds."""
    await insert(model(**revision_of(row, fields, created_by, **more)))


def revision_of(row: Any, fields: Fields, created_by: str, **more: Any) -> dict[str, Any]:
    """What the revision of what the row is now holds."""
    return {
        "id": new_id(),
        "revision": row.revision,
        "created_at": row.updated_at,
        "created_by": created_by,
        **more,
        **{name: getattr(row, name) for name in fields},
    }


async def insert_at_once(row: Any, *others: Stored, given: Given = NOTHING) -> bool:
    """The row and what belongs to it, if its name is free and the given is there; else nothing."""
    row.name_key = name_key(row.name)
    return await insert_with(row, *others, unless_taken="(name_key)", given=given)


async def insert_named(row: Any, noun: str) -> None:
    """The database decides whether a name is free, also between two racing requests. Raises
    NameTaken."""
    row.name_key = name_key(row.name)
    if not await insert(row, unless_taken="name_key"):
        raise await _taken(row, noun) or AssertionError("Whoever had the name is gone.")


async def save_named(row: Any, noun: str) -> None:
    """The savepoint keeps the transaction usable for the look-up. Raises NameTaken."""
    row.name_key = name_key(row.name)
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
    """Raises StaleRevision where an editor began with another one."""
    if expected is not None and expected != current:
        raise StaleRevision(current)


def differences(before: Any | None, after: Any, labels: Mapping[str, str]) -> Changes:
    """Which of the attributes changed, by their label: (value before, value after)."""
    changes: Changes = {}
    for attribute, shown_as in labels.items():
        old = plain(getattr(before, attribute)) if before is not None else None
        new = plain(getattr(after, attribute))
        if old != new:
            changes[shown_as] = (old, new)
    return changes


def _refuse_nulls(given: Mapping[str, Any], fields: Fields) -> None:
    for name, field in fields.items():
        if field.is_required and name in given and given[name] is None:
            raise InvalidInput.at(label_of(name), "This cannot be null.")
