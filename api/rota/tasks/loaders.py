"""Batch reads of tasks and their revisions."""

from collections.abc import Sequence
from uuid import UUID

from rota.platform.hydration import select_by_id
from rota.tasks.models import Task, TaskRevision


async def tasks_by_id(ids: Sequence[UUID]) -> list[Task | None]:
    return await select_by_id(Task, ids)


async def task_revisions_by_id(ids: Sequence[UUID]) -> list[TaskRevision | None]:
    return await select_by_id(TaskRevision, ids)
