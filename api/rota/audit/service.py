"""Keeps who did what, and tells it."""

from collections.abc import Awaitable, Callable
from typing import Any

from rota.audit.events import AuditRecorded
from rota.audit.models import AuditEntry
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.events import AuditedEvent
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.storage.pages import NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import insert, select_one
from rota.platform.storage.together import Stored
from rota.platform.unit_of_work import UnitOfWork


async def record(work: UnitOfWork, event: AuditedEvent) -> None:
    """Part of every unit of work, in its transaction."""
    entry = AuditEntry(**_entry(work, event))
    await insert(entry)
    await work.emit(AuditRecorded(id=entry.id))


async def recorded_with(
    work: UnitOfWork, happening: AuditedEvent, store: Callable[[Stored], Awaitable[bool]]
) -> bool:
    """For a change that is one statement: `store` writes the entry of what happens along with the
    rest of it. False where it did not, or where it may not, because there is more to be done for
    each event or entry; then nothing happened."""
    if work.rules.audit is not record or work.rules.listeners.get(AuditRecorded):
        return False
    entry = _entry(work, happening)
    if not await store((AuditEntry, entry)):
        return False
    work.events += [AuditRecorded(id=entry["id"]), happening]
    return True


def _entry(work: UnitOfWork, event: AuditedEvent) -> dict[str, Any]:
    return {
        "id": new_id(),
        "at": work.now,
        "actor": work.actor.name,
        "action": event.name,
        "subject_id": event.id,
        "subject_name": event.subject_name,
        "changes": {field: list(values) for field, values in event.changes.items()},
    }


async def get_entry(actor: Actor, id: str) -> AuditEntry | None:
    """None for an id that names none. Raises Forbidden."""
    actor.require(Role.OWNER)
    parsed = parse_id(id)
    return await select_one(AuditEntry, parsed) if parsed else None


def list_entries(
    actor: Actor, first: int | None, after: str | None, subject_id: str | None
) -> Page[AuditEntry]:
    """A page of all entries, or of those about one subject, newest first. Raises Forbidden, and
    BadRequest for a cursor or a length that makes no sense."""
    actor.require(Role.OWNER)
    query = Query(AuditEntry)
    if subject_id is not None:
        query = query.where("subject_id = {}", parse_id(subject_id))
    return fetch_page(query, NEWEST_FIRST, first, after, default=50)
