"""What can be done with tasks. The only writer of their rows and revisions."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypedDict
from uuid import UUID

from rota.audit.service import recorded_with
from rota.contracts import check_schema
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Role
from rota.platform.kernel.errors import Issue, NotFound
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import search_key
from rota.platform.storage.pages import BY_NAME, NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import select_one
from rota.platform.storage.revised import Field, Name, Text, revised
from rota.platform.storage.revisions import (
    check_revision,
    insert_at_once,
    insert_named,
    keep_revision,
    removal,
    revision_of,
    save_named,
    write,
)
from rota.platform.unit_of_work import UnitOfWork
from rota.tasks.events import TaskCreated, TaskDeleted, TaskDeleting, TaskUpdated
from rota.tasks.models import Task, TaskRevision

MAX_DESCRIPTION_LENGTH = 2_000


class Contract(Field):
    """A JSON Schema. Those that differ in the order of their keys are different ones."""

    def issues(self, value: Any, label: str) -> list[Issue]:
        found = [] if value is None else check_schema(value)
        return [Issue((label, *issue.path), issue.message) for issue in found]

    def is_same(self, one: Any, other: Any) -> bool:
        return jsontext.dumps(one) == jsontext.dumps(other)


@dataclass(frozen=True, kw_only=True)
class NewTask:
    name: Annotated[str, Name()]
    description: Annotated[str | None, Text(MAX_DESCRIPTION_LENGTH)] = None
    request_schema: Annotated[Any, Contract()] = None
    response_schema: Annotated[Any, Contract(is_required=True)]


REVISED = revised(NewTask)


class TaskChanges(TypedDict, total=False):
    """Only what is to change; None clears."""

    name: str | None
    description: str | None
    request_schema: Any
    response_schema: Any


async def get_task(id: str) -> Task | None:
    parsed = parse_id(id)
    return await select_one(Task, parsed) if parsed else None


def list_tasks(first: int | None, after: str | None, search: str | None) -> Page[Task]:
    query = Query(Task)
    if search:
        query = query.where("position({} IN name_key) > 0", search_key(search))
    return fetch_page(query, BY_NAME, first, after, default=50)


def list_revisions(task_id: str, first: int | None, after: str | None) -> Page[TaskRevision]:
    """Newest first; also those of a task that is gone."""
    query = Query(TaskRevision).where("task_id = {}", parse_id(task_id))
    return fetch_page(query, NEWEST_FIRST, first, after, default=20)


async def current_revision(task_id: UUID) -> TaskRevision | None:
    """The newest one; of a task that is gone, its last."""
    return await TaskRevision.filter(task_id=task_id).order_by("-revision").first()


async def create_task(work: UnitOfWork, new: NewTask) -> Task:
    """Raises InvalidInput, and NameTaken."""
    task, event = _new(work, new)
    await insert_named(task, "task")
    await keep_revision(TaskRevision, task, REVISED, work.actor.name, task_id=task.id)
    await work.emit(event)
    return task


async def create_task_at_once(work: UnitOfWork, new: NewTask) -> Task | None:
    """The same in one statement. None where that stored nothing: its name is taken, as
    `create_task` tells. Raises InvalidInput."""
    task, event = _new(work, new)
    held = revision_of(task, REVISED, work.actor.name, task_id=task.id)
    store = partial(insert_at_once, task, (TaskRevision, held))
    return task if await recorded_with(work, event, store) else None


def _new(work: UnitOfWork, new: NewTask) -> tuple[Task, TaskCreated]:
    work.actor.require(Role.EDITOR)
    task = Task(id=new_id(), revision=1, created_at=work.now, updated_at=work.now)
    changes = write(task, vars(new), REVISED)
    return task, TaskCreated(id=task.id, subject_name=task.name, changes=changes)


async def update_task(
    work: UnitOfWork, id: str, changes: TaskChanges, expected_revision: int | None
) -> Task:
    """What runs already keeps the schemas it was made with. Raises NotFound, StaleRevision,
    InvalidInput, and NameTaken."""
    work.actor.require(Role.EDITOR)
    task = await _locked(id)
    check_revision(task.revision, expected_revision)
    audited = write(task, changes, REVISED)
    if not audited:
        return task
    task.revision += 1
    task.updated_at = work.now
    await save_named(task, "task")
    await keep_revision(TaskRevision, task, REVISED, work.actor.name, task_id=task.id)
    await work.emit(TaskUpdated(id=task.id, subject_name=task.name, changes=audited))
    return task


async def delete_task(work: UnitOfWork, id: str) -> None:
    """Its revisions stay. Raises NotFound, and TaskInUse while agents are assigned to it."""
    work.actor.require(Role.EDITOR)
    task = await _locked(id)
    await work.emit(TaskDeleting(id=task.id))
    await task.delete()
    changes = removal(task, REVISED)
    await work.emit(TaskDeleted(id=task.id, subject_name=task.name, changes=changes))


async def _locked(id: str) -> Task:
    parsed = parse_id(id)
    task = await Task.filter(id=parsed).select_for_update().get_or_none() if parsed else None
    if task is None:
        raise NotFound("task", id, ["id"])
    return task
