"""Keeps who did what, and tells it."""

from rota.audit.events import AuditRecorded
from rota.audit.models import AuditEntry
from rota.platform.actor import Actor, Role
from rota.platform.database import NEWEST_FIRST, Page, fetch_page
from rota.platform.events import AuditedEvent
from rota.platform.ids import new_id, parse_id
from rota.platform.unit_of_work import UnitOfWork


async def record(work: UnitOfWork, event: AuditedEvent) -> None:
    """Part of every unit of work, in its transaction."""
    entry = await AuditEntry.create(
        id=new_id(),
        at=work.now,
        actor=work.actor.name,
        action=event.name,
        subject_id=event.id,
        subject_name=event.subject_name,
        changes={field: list(values) for field, values in event.changes.items()},
    )
    await work.emit(AuditRecorded(id=entry.id))


async def get_entry(actor: Actor, id: str) -> AuditEntry | None:
    actor.require(Role.OWNER)
    parsed = parse_id(id)
    return await AuditEntry.get_or_none(id=parsed) if parsed else None


async def list_entries(
    actor: Actor, first: int | None, after: str | None, subject_id: str | None
) -> Page[AuditEntry]:
    actor.require(Role.OWNER)
    query = AuditEntry.all()
    if subject_id is not None:
        subject = parse_id(subject_id)
        query = query.filter(subject_id=subject) if subject else query.filter(id__in=[])
    return await fetch_page(query, NEWEST_FIRST, first, after, default=50)
