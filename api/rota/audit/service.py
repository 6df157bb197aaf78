"""Keeps who did what."""

from rota.audit.models import AuditEntry
from rota.platform.events import AuditedEvent
from rota.platform.ids import new_id
from rota.platform.unit_of_work import UnitOfWork


async def record(work: UnitOfWork, event: AuditedEvent) -> None:
    """Part of every unit of work, in its transaction."""
    await AuditEntry.create(
        id=new_id(),
        at=work.now,
        actor=work.actor.name,
        action=event.name,
        subject_id=event.id,
        subject_name=event.subject_name,
        changes={field: list(values) for field, values in event.changes.items()},
    )
