"""Assigning and unassigning, and what deletions at the same moment lead to."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from rota.agents import service as agents
from rota.assignments import service
from rota.assignments.errors import AlreadyAssigned
from rota.assignments.models import Assignment
from rota.audit.models import AuditEntry
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.errors import Forbidden, NotFound
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.tasks import service as tasks
from rota.tasks.errors import TaskInUse
from rota.tasks.models import Task
from rota.wiring import RULES
from tests.agents.factories import agent
from tests.agents.factories import edited as edited_agent
from tests.assignments.factories import assignment, unassigned
from tests.observe import hearing, queued, stored
from tests.tasks.factories import edited as edited_task
from tests.tasks.factories import task

ROUNDS = 15


async def deleted_agent(resources: Resources, owner: Actor, id: Any) -> None:
    async with unit_of_work(resources, RULES, owner) as work:
        await agents.delete_agent(work, str(id))


async def deleted_task(resources: Resources, owner: Actor, id: Any) -> None:
    async with unit_of_work(resources, RULES, owner) as work:
        await tasks.delete_task(work, str(id))


async def reread(row: Assignment) -> Assignment:
    return await Assignment.get(id=row.id)


async def together(*doing: Awaitable[Any]) -> list[Any]:
    async with asyncio.timeout(20):
        return await asyncio.gather(*doing, return_exceptions=True)


# S1 ------------------------------------------------------------------------------------


async def test_S1_assigning_is_stored_told_audited_and_prepared(resources: Resources) -> None:
    who, what = await agent(resources), await task(resources)
    await resources.redis.flushdb()
    async with hearing(resources, "assignment") as ear:
        made = await assignment(resources, who, what)
        assert await ear.names() == ["assignment.created"]
    row = await reread(made)
    assert (row.agent_id, row.agent_name) == (who.id, who.name)
    assert (row.task_id, row.task_name) == (what.id, what.name)
    assert row.is_active
    assert await queued(resources) == [("assignment.prepare", {"assignment_id": str(made.id)})]
    entry = await AuditEntry.get(subject_id=made.id)
    assert entry.action == "assignment.created"
    assert entry.changes["isActive"] == [None, True]


async def test_S1_the_same_pair_twice_names_the_assignment_that_stands(
    resources: Resources,
) -> None:
    who, what = await agent(resources), await task(resources)
    first = await assignment(resources, who, what)
    before, jobs = await stored("assignment"), await queued(resources)
    with pytest.raises(AlreadyAssigned) as caught:
        await assignment(resources, who, what)
    assert caught.value.assignment_id == first.id
    assert await stored("assignment") == before
    assert await queued(resources) == jobs


async def test_S1_of_racing_requests_for_a_pair_one_wins(resources: Resources) -> None:
    for _ in range(3):
        who, what = await agent(resources), await task(resources)
        outcomes = await together(*(assignment(resources, who, what) for _ in range(8)))
        winners = [one for one in outcomes if isinstance(one, Assignment)]
        losers = [one for one in outcomes if isinstance(one, AlreadyAssigned)]
        assert len(winners) == 1
        assert len(losers) == 7
        assert {one.assignment_id for one in losers} == {winners[0].id}


async def test_S3_the_database_itself_keeps_a_pair_from_being_active_twice(
    resources: Resources,
) -> None:
    first = await assignment(resources)
    second = Assignment(
        id=new_id(),
        agent_id=first.agent_id,
        agent_name="a",
        task_id=first.task_id,
        task_name="t",
        is_active=True,
        assigned_at=first.assigned_at,
    )
    with pytest.raises(IntegrityError, match="assignment_active_unique"):
        await second.save(force_create=True)
    second.is_active = False
    await second.save(force_create=True)


@pytest.mark.parametrize("nothing", ["no-id", "01920000-0000-7000-8000-000000000000"])
async def test_S1_what_does_not_exist_cannot_be_assigned(
    resources: Resources, owner: Actor, nothing: str
) -> None:
    who, what = await agent(resources), await task(resources)
    before = await stored("assignment")
    for agent_id, task_id, path in (
        (nothing, str(what.id), ("agentId",)),
        (str(who.id), nothing, ("taskId",)),
    ):
        with pytest.raises(NotFound) as caught:
            async with unit_of_work(resources, RULES, owner) as work:
                await service.assign_task(work, agent_id, task_id)
        assert caught.value.path == path
        assert caught.value.id == nothing
    with pytest.raises(NotFound) as caught:
        async with unit_of_work(resources, RULES, owner) as work:
            await service.unassign_task(work, nothing)
    assert caught.value.path == ("assignmentId",)
    assert await stored("assignment") == before


async def test_X3_assigning_needs_an_editor(resources: Resources) -> None:
    made = await assignment(resources)
    free = await task(resources)
    before = await stored("assignment")
    operator = Actor(name="Olga", role=Role.OPERATOR)
    with pytest.raises(Forbidden):
        async with unit_of_work(resources, RULES, operator) as work:
            await service.assign_task(work, str(made.agent_id), str(free.id))
    with pytest.raises(Forbidden):
        async with unit_of_work(resources, RULES, operator) as work:
            await service.unassign_task(work, str(made.id))
    assert await stored("assignment") == before


# S3 ------------------------------------------------------------------------------------


async def test_S3_unassigning_keeps_the_row_and_doing_it_again_changes_nothing(
    resources: Resources,
) -> None:
    made = await assignment(resources)
    async with hearing(resources, "assignment") as ear:
        row = await unassigned(resources, made)
        assert await ear.names() == ["assignment.updated"]
        before = await stored("assignment")
        again = await unassigned(resources, made)
        assert await ear.names() == []
    assert not row.is_active
    assert not again.is_active
    assert await stored("assignment") == before
    entry = await AuditEntry.get(subject_id=made.id, action="assignment.updated")
    assert entry.changes == {"isActive": [True, False]}


async def test_S3_an_unassigned_pair_can_be_assigned_anew(resources: Resources) -> None:
    who, what = await agent(resources), await task(resources)
    first = await unassigned(resources, await assignment(resources, who, what))
    second = await assignment(resources, who, what)
    assert second.id != first.id
    assert not (await reread(first)).is_active


# Lists ---------------------------------------------------------------------------------


async def test_S1_assignments_are_listed_newest_first_and_filtered(resources: Resources) -> None:
    ann, bob = await agent(resources, name="Ann"), await agent(resources, name="Bob_Ä")
    sort, sum_ = await task(resources, name="Sort 100%"), await task(resources, name="Sum up")
    pairs = [(ann, sort), (ann, sum_), (bob, sort)]
    rows = [await assignment(resources, *pair) for pair in pairs]
    await unassigned(resources, rows[1])

    async def ids(**how: Any) -> list[int]:
        search = how.pop("search", None)
        page = await service.list_assignments(None, None, search, **how)
        assert await page.count() == len(page.rows)
        return [[row.id for row in rows].index(found.id) for found in page.rows]

    assert await ids() == [2, 1, 0]
    assert await ids(agent_id=str(ann.id)) == [1, 0]
    assert await ids(task_id=str(sort.id)) == [2, 0]
    assert await ids(task_id=str(sort.id), agent_id=str(bob.id)) == [2]
    assert await ids(is_active=True) == [2, 0]
    assert await ids(is_active=False) == [1]
    assert await ids(search="sUM") == [1]
    assert await ids(search="bob_") == [2]
    assert await ids(search="0%") == [2, 0]
    assert await ids(search="_") == [2]
    assert await ids(search="nobody") == []
    assert await ids(agent_id="no-id") == []
    assert await ids(task_id=str(new_id())) == []
    first = await service.list_assignments(2, None, None)
    rest = await service.list_assignments(2, first.cursor(first.rows[-1]), None)
    assert [row.id for row in rest.rows] == [rows[0].id]
    assert (first.has_next, rest.has_next) == (True, False)


# Agents and tasks that change or go ----------------------------------------------------


async def test_A3_a_deleted_agents_assignments_end_and_stay_readable(
    resources: Resources, owner: Actor
) -> None:
    made = await assignment(resources)
    other = await assignment(resources)
    async with hearing(resources, "assignment") as ear:
        await deleted_agent(resources, owner, made.agent_id)
        assert [message.id for message in await ear.messages()] == [str(made.id)]
    row = await reread(made)
    assert not row.is_active
    assert row.agent_name == made.agent_name
    assert (await reread(other)).is_active


async def test_T4_a_task_with_active_assignments_stays(resources: Resources, owner: Actor) -> None:
    what = await task(resources)
    rows = [await assignment(resources, task=what) for _ in range(2)]
    before = await stored("assignment", "task", "task_revision")
    with pytest.raises(TaskInUse) as caught:
        await deleted_task(resources, owner, what.id)
    assert set(caught.value.agent_ids) == {row.agent_id for row in rows}
    assert await stored("assignment", "task", "task_revision") == before
    for row in rows:
        await unassigned(resources, row)
    await deleted_task(resources, owner, what.id)
    assert not await Task.exists(id=what.id)
    assert (await reread(rows[0])).task_name == what.name


async def test_S1_assignments_follow_the_names_of_agent_and_task(resources: Resources) -> None:
    who, what = await agent(resources), await task(resources)
    made = await assignment(resources, who, what)
    ended = await unassigned(resources, await assignment(resources, who))
    async with hearing(resources, "assignment") as ear:
        await edited_agent(resources, who, name="Anna")
        assert await ear.names() == ["assignment.renamed"] * 2
        await edited_task(resources, what, name="Sort")
        assert await ear.names() == ["assignment.renamed"]
        await edited_agent(resources, who, system_prompt="Otherwise.")
        await edited_task(resources, what, description="Otherwise.")
        assert await ear.names() == []
    row = await reread(made)
    assert (row.agent_name, row.task_name) == ("Anna", "Sort")
    assert (await reread(ended)).agent_name == "Anna"


# Races ---------------------------------------------------------------------------------


async def test_A3_no_active_assignment_outlives_an_agent_deleted_meanwhile(
    resources: Resources, owner: Actor
) -> None:
    what = await task(resources)
    for _ in range(ROUNDS):
        who = await agent(resources)
        made, gone = await together(
            assignment(resources, who, what), deleted_agent(resources, owner, who.id)
        )
        assert gone is None
        assert isinstance(made, Assignment | NotFound), made
    assert await _orphans() == []


async def test_T4_no_active_assignment_outlives_a_task_deleted_meanwhile(
    resources: Resources, owner: Actor
) -> None:
    who = await agent(resources)
    for _ in range(ROUNDS):
        what = await task(resources)
        made, gone = await together(
            assignment(resources, who, what), deleted_task(resources, owner, what.id)
        )
        if isinstance(made, Assignment):
            assert isinstance(gone, TaskInUse), gone
        else:
            assert isinstance(made, NotFound), made
            assert gone is None
    assert await _orphans() == []


async def test_S1_the_search_for_orphans_finds_them(resources: Resources) -> None:
    """The negative control of the two races: without the listeners, orphans are left."""
    made = await assignment(resources)
    await Task.filter(id=made.task_id).delete()
    assert await _orphans() == [{"id": made.id}]


async def test_S1_agents_and_tasks_renamed_at_once_all_keep_their_new_names(
    resources: Resources,
) -> None:
    crew = [await agent(resources) for _ in range(3)]
    work = [await task(resources) for _ in range(3)]
    for who in crew:
        for what in reversed(work) if who is crew[1] else work:
            await assignment(resources, who, what)
    for number in range(5):
        outcomes = await together(
            *(edited_agent(resources, who, name=f"{who.id} {number}") for who in crew),
            *(edited_task(resources, what, name=f"{what.id} {number}") for what in work),
        )
        assert [one for one in outcomes if isinstance(one, BaseException)] == []
    for row in await Assignment.all():
        assert (row.agent_name, row.task_name) == (f"{row.agent_id} 4", f"{row.task_id} 4")


async def _orphans() -> list[dict[str, Any]]:
    return await fetch(
        """
        SELECT id FROM assignment a WHERE is_active AND NOT (
            EXISTS (SELECT FROM agent WHERE id = a.agent_id)
            AND EXISTS (SELECT FROM task WHERE id = a.task_id)
        )
        """
    )
