"""Tasks for tests."""

from itertools import count
from typing import Any, cast

from rota.platform.kernel.actor import SYSTEM
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.tasks import service
from rota.tasks.models import Task
from rota.tasks.service import NewTask, TaskChanges
from rota.wiring import RULES

_numbers = count(1)
RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "category": {"enum": ["bug", "feature", "question", "discussion"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "reasoning": {"type": "string"},
    },
    "required": ["category", "confidence"],
    "additionalProperties": False,
}


async def task(
    resources: Resources,
    *,
    name: str | None = None,
    request_schema: dict[str, Any] | None = None,
    response_schema: dict[str, Any] = RESPONSE,
    description: str | None = None,
) -> Task:
    draft = NewTask(
        name=f"Task {next(_numbers)}" if name is None else name,
        description=description,
        request_schema=request_schema,
        response_schema=response_schema,
    )
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.create_task(work, draft)


async def edited(resources: Resources, task: Task, **changes: Any) -> Task:
    """The task after an update with these changes."""
    given = cast("TaskChanges", changes)
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        return await service.update_task(work, str(task.id), given, None)
