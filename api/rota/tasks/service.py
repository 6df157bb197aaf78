"""What can be done with tasks. The only writer of their rows and revisions."""

from copy import copy
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from rota.contracts import check_schema
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Role
from rota.platform.kernel.errors import InvalidInput, Issue, NotFound
from rota.platform.kernel.events import Changes
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import clean_name, name_issues, name_key, search_key, text_issues
from rota.platform.storage.pages import BY_NAME, NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import insert, select_one
from rota.platform.storage.revisions import check_revision, differences, insert_named, save_named
from rota.platform.unit_of_work import UnitOfWork
from rota.tasks.events import TaskCreated, TaskDeleted, TaskDeleting, TaskUpdated
from rota.tasks.models import Task, TaskRevision

DESCRIPTION_LENGTH = 2_000
AUDITED = {"name": "name", "description": "description"}
SCHEMAS = {"request_schema": "requestSchema", "response_schema": "responseSchema"}


@dataclass(frozen=True, kw_only=True)
class TaskDraft:
    name: str
    description: str | None = None
    request_schema: Any = None
    response_schema: Any


class TaskChanges(TypedDict, total=False):
    """Only what is to change; None clears."""

    name: str | None
    description: str | None
    request_schema: Any
    response_schema: Any


async def get_task(id: str) -> Task | None:
    parsed = parse_id(id)
    return await select_one(Task, parsed) if parsed else None


async def list_tasks(first: int | None, after: str | None, search: str | None) -> Page[Task]:
    query = Query(Task)
    if search:
        query = query.where("position({} IN name_key) > 0", search_key(search))
    return await fetch_page(query, BY_NAME, first, after, default=50)


async def list_revisions(task_id: str, first: int | None, after: str | None) -> Page[TaskRevision]:
    """Newest first; also those of a task that is gone."""
    query = Query(TaskRevision).where("task_id = {}", parse_id(task_id))
    return await fetch_page(query, NEWEST_FIRST, first, after, default=20)


async def current_revision(task_id: UUID) -> TaskRevision | None:
    """The newest one; of a task that is gone, its last."""
    return await TaskRevision.filter(task_id=task_id).order_by("-revision").first()


async def create_task(work: UnitOfWork, draft: TaskDraft) -> Task:
    work.actor.require(Role.EDITOR)
    task = Task(
        id=new_id(),
        name=clean_name(draft.name),
        description=draft.description,
        request_schema=draft.request_schema,
        response_schema=draft.response_schema,
        revision=1,
        created_at=work.now,
        updated_at=work.now,
    )
    _check(task, before=None)
    await insert_named(task, "task")
    await _keep_revision(work, task)
    changes = _audited(None, task)
    await work.emit(TaskCreated(id=task.id, subject_name=task.name, changes=changes))
    return task


async def update_task(
    work: UnitOfWork, id: str, changes: TaskChanges, expected_revision: int | None
) -> Task:
    """What runs already keeps the schemas it was made with."""
    work.actor.require(Role.EDITOR)
    task = await _locked(id)
    check_revision(task.revision, expected_revision)
    before = copy(task)
    _apply(task, changes)
    _check(task, before)
    audited = _audited(before, task)
    if not audited:
        return before
    task.revision += 1
    task.updated_at = work.now
    await save_named(task, "task")
    await _keep_revision(work, task)
    await work.emit(TaskUpdated(id=task.id, subject_name=task.name, changes=audited))
    return task


async def delete_task(work: UnitOfWork, id: str) -> None:
    """Raises TaskInUse while agents are assigned to it. Its revisions stay."""
    work.actor.require(Role.EDITOR)
    task = await _locked(id)
    await work.emit(TaskDeleting(id=task.id))
    await task.delete()
    changes = {label: (value, None) for label, (_, value) in _audited(None, task).items()}
    await work.emit(TaskDeleted(id=task.id, subject_name=task.name, changes=changes))


async def _locked(id: str) -> Task:
    parsed = parse_id(id)
    task = await Task.filter(id=parsed).select_for_update().get_or_none() if parsed else None
    if task is None:
        raise NotFound("task", id, ["id"])
    return task


def _apply(task: Task, changes: TaskChanges) -> None:
    nulls = {name for name, value in changes.items() if value is None}
    for name, label in (("name", "name"), ("response_schema", "responseSchema")):
        if name in nulls:
            raise InvalidInput.at(label, "This cannot be null.")
    if "name" in changes:
        task.name = clean_name(changes["name"] or "")
    if "description" in changes:
        task.description = changes["description"]
    if "request_schema" in changes:
        task.request_schema = changes["request_schema"]
    if "response_schema" in changes:
        task.response_schema = changes["response_schema"]


def _check(task: Task, before: Task | None) -> None:
    issues = [
        *name_issues(task.name),
        *text_issues(task.description, "description", DESCRIPTION_LENGTH),
    ]
    for name, label in SCHEMAS.items():
        schema = getattr(task, name)
        is_stored = before is not None and schema is getattr(before, name)
        if schema is not None and not is_stored:
            issues += [Issue((label, *i.path), i.message) for i in check_schema(schema)]
    if issues:
        raise InvalidInput(issues)
    task.name_key = name_key(task.name)


def _audited(before: Task | None, task: Task) -> Changes:
    """Schemas that differ in the order of their keys are different ones."""
    changes = differences(before, task, AUDITED)
    for name, label in SCHEMAS.items():
        old, new = getattr(before, name, None), getattr(task, name)
        if jsontext.dumps(old) != jsontext.dumps(new):
            changes[label] = (old, new)
    return changes


async def _keep_revision(work: UnitOfWork, task: Task) -> None:
    revision = TaskRevision(
        id=new_id(),
        task_id=task.id,
        revision=task.revision,
        name=task.name,
        description=task.description,
        request_schema=task.request_schema,
        response_schema=task.response_schema,
        created_at=work.now,
        created_by=work.actor.name,
    )
    await insert(revision)
