"""Batch reads of tasks and their revisions."""

from collections.abc import Sequence
from uuid import UUID

from rota.tasks.models import Task, TaskRevision


async def tasks_by_id(ids: Sequence[UUID]) -> list[Task | None]:
    found = {row.id: row for row in await Task.filter(id__in=set(ids))}
    return [found.get(key) for key in ids]


async def task_revisions_by_id(ids: Sequence[UUID]) -> list[TaskRevision | None]:
    found = {row.id: row for row in await TaskRevision.filter(id__in=set(ids))}
    return [found.get(key) for key in ids]
