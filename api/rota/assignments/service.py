"""What can be done with assignments. The only writer of their rows."""

from functools import partial
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from rota.agents.events import AgentDeleted, AgentUpdated
from rota.agents.models import Agent
from rota.assignments.errors import AlreadyAssigned
from rota.assignments.events import AssignmentCreated, AssignmentRenamed, AssignmentUpdated
from rota.assignments.jobs import PrepareInstance
from rota.assignments.models import Assignment
from rota.audit.service import recorded_with
from rota.platform.kernel.actor import Role
from rota.platform.kernel.errors import NotFound
from rota.platform.kernel.ids import new_id, parse_id
from rota.platform.kernel.names import search_text
from rota.platform.storage.pages import NEWEST_FIRST, Page, Query, fetch_page
from rota.platform.storage.records import select_one
from rota.platform.storage.revisions import differences
from rota.platform.storage.statements import Statement
from rota.platform.storage.together import Given, insert_with
from rota.platform.unit_of_work import UnitOfWork
from rota.tasks.errors import TaskInUse
from rota.tasks.events import TaskDeleting, TaskUpdated
from rota.tasks.models import Task

NAMES = Statement(
    """
    SELECT agent.id AS agent_id, agent.name AS agent_name, task.id AS task_id,
        task.name AS task_name
    FROM agent, task WHERE agent.id = :agent_id AND task.id = :task_id
    """
)
# Locked in the order of `assign_task`.
AS_NAMED = Statement(
    """
    SELECT FROM agent, task
    WHERE agent.id = :agent_id AND agent.name = :agent_name
        AND task.id = :task_id AND task.name = :task_name
    FOR UPDATE OF agent, task
    """
)
ACTIVE_PAIR = "(agent_id, task_id) WHERE is_active"
AUDITED = {"agent_name": "agent", "task_name": "task", "is_active": "isActive"}


async def get_assignment(id: str) -> Assignment | None:
    """None for an id that names none."""
    parsed = parse_id(id)
    return await select_one(Assignment, parsed) if parsed else None


def list_assignments(
    first: int | None,
    after: str | None,
    search: str | None,
    *,
    agent_id: str | None = None,
    task_id: str | None = None,
    is_active: bool | None = None,
) -> Page[Assignment]:
    """A page of assignments, newest first; `search` looks into the names of agent and task. Raises
    BadRequest for a search, a cursor or a length that makes no sense."""
    query = Query(Assignment)
    if search:
        found = "position(lower({}) IN lower(agent_name || '\n' || task_name)) > 0"
        query = query.where(found, search_text(search))
    if agent_id is not None:
        query = query.where("agent_id = {}", parse_id(agent_id))
    if task_id is not None:
        query = query.where("task_id = {}", parse_id(task_id))
    if is_active is not None:
        query = query.where("is_active = {}", is_active)
    return fetch_page(query, NEWEST_FIRST, first, after, default=50)


async def assign_task(work: UnitOfWork, agent_id: str, task_id: str) -> Assignment:
    """Agent and task stay locked to the end: a deletion at the same moment comes before,
    and is noticed here, or after, and notices the assignment. Raises Forbidden, NotFound at
    `agentId` or `taskId`, and AlreadyAssigned with the assignment that stands."""
    work.actor.require(Role.EDITOR)
    agent_key, task_key = parse_id(agent_id), parse_id(task_id)
    agent = await Agent.filter(id=agent_key).select_for_update().get_or_none()
    if agent is None:
        raise NotFound("agent", agent_id, ["agentId"])
    task = await Task.filter(id=task_key).select_for_update().get_or_none()
    if task is None:
        raise NotFound("task", task_id, ["taskId"])
    assignment, event = _new(work, agent.id, agent.name, task.id, task.name)
    await _insert(assignment)
    await work.emit(event)
    work.enqueue(PrepareInstance(assignment_id=assignment.id))
    return assignment


async def assign_task_at_once(work: UnitOfWork, agent_id: str, task_id: str) -> Assignment | None:
    """The same in one statement, once the names are read: it stores nothing where these are not
    there any more or called otherwise, or the task is assigned. Then it is None, and `assign_task`
    tells. Raises Forbidden."""
    work.actor.require(Role.EDITOR)
    found = await NAMES.rows(agent_id=parse_id(agent_id), task_id=parse_id(task_id))
    if not found:
        return None
    [names] = found
    assignment, event = _new(work, **names)
    given = Given(AS_NAMED, names)
    store = partial(insert_with, assignment, unless_taken=ACTIVE_PAIR, given=given)
    if not await recorded_with(work, event, store):
        return None
    work.enqueue(PrepareInstance(assignment_id=assignment.id))
    return assignment


def _new(
    work: UnitOfWork, agent_id: UUID, agent_name: str, task_id: UUID, task_name: str
) -> tuple[Assignment, AssignmentCreated]:
    assignment = Assignment(
        id=new_id(),
        agent_id=agent_id,
        agent_name=agent_name,
        task_id=task_id,
        task_name=task_name,
        is_active=True,
        assigned_at=work.now,
    )
    changes = differences(None, assignment, AUDITED)
    name = _name(assignment)
    return assignment, AssignmentCreated(id=assignment.id, subject_name=name, changes=changes)


async def unassign_task(work: UnitOfWork, id: str) -> Assignment:
    """The row stays, inactive; what runs already goes on. Raises Forbidden, and NotFound at
    `assignmentId`."""
    work.actor.require(Role.EDITOR)
    parsed = parse_id(id)
    assignment = await Assignment.filter(id=parsed).select_for_update().get_or_none()
    if assignment is None:
        raise NotFound("assignment", id, ["assignmentId"])
    if assignment.is_active:
        await _deactivate(work, assignment)
    return assignment


async def deactivate_for_agent(work: UnitOfWork, event: AgentDeleted) -> None:
    for assignment in await _locked(Assignment.filter(agent_id=event.id, is_active=True)):
        await _deactivate(work, assignment)


async def rename_for_agent(work: UnitOfWork, event: AgentUpdated) -> None:
    if "name" in event.changes:
        await _rename(work, Assignment.filter(agent_id=event.id), "agent_name", event.subject_name)


async def rename_for_task(work: UnitOfWork, event: TaskUpdated) -> None:
    if "name" in event.changes:
        await _rename(work, Assignment.filter(task_id=event.id), "task_name", event.subject_name)


async def refuse_task_deletion(_: UnitOfWork, event: TaskDeleting) -> None:
    """The task's row is locked, so that no assignment can join in afterwards. Raises TaskInUse with
    the agents that are assigned to it."""
    active = await Assignment.filter(task_id=event.id, is_active=True).order_by("id")
    if active:
        raise TaskInUse([assignment.agent_id for assignment in active])


async def _insert(assignment: Assignment) -> None:
    """The database decides whether the pair is free. The savepoint keeps the transaction
    usable for the look-up."""
    try:
        async with in_transaction():
            await assignment.save(force_create=True)
    except IntegrityError:
        holder = await Assignment.get(
            agent_id=assignment.agent_id, task_id=assignment.task_id, is_active=True
        )
        raise AlreadyAssigned(holder.id) from None


async def _locked(query: QuerySet[Assignment]) -> list[Assignment]:
    """In one order everywhere: a renamed agent and a renamed task may share assignments."""
    return await query.order_by("id").select_for_update()


async def _deactivate(work: UnitOfWork, assignment: Assignment) -> None:
    assignment.is_active = False
    await assignment.save(update_fields=["is_active"])
    await work.emit(
        AssignmentUpdated(
            id=assignment.id, subject_name=_name(assignment), changes={"isActive": (True, False)}
        )
    )


async def _rename(work: UnitOfWork, query: QuerySet[Assignment], field: str, name: str) -> None:
    for assignment in await _locked(query):
        setattr(assignment, field, name)
        await assignment.save(update_fields=[field])
        await work.emit(AssignmentRenamed(id=assignment.id))


def _name(assignment: Assignment) -> str:
    return f"{assignment.task_name} → {assignment.agent_name}"
