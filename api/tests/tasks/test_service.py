"""What tasks may be, how they change, and what stays of them."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from rota.audit.models import AuditEntry
from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.errors import Forbidden, InvalidInput, NameTaken, NotFound, StaleRevision
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import Rules, UnitOfWork, unit_of_work
from rota.tasks import service
from rota.tasks.errors import TaskInUse
from rota.tasks.events import TaskDeleting
from rota.tasks.models import Task, TaskRevision
from rota.tasks.service import NewTask
from rota.wiring import RULES
from tests.observe import hearing, stored
from tests.tasks.factories import RESPONSE, edited, task

TABLES = ("task", "task_revision")
EDITOR = Actor("Grace", Role.EDITOR)
REQUEST = {"type": "object", "properties": {"text": {"type": "string"}}}


# T1 ------------------------------------------------------------------------------------


async def test_T1_a_task_reads_back_with_its_keys_in_order(resources: Resources) -> None:
    schema = {
        "type": "object",
        "zeta": 1,
        "properties": {"z": {}, "a": {"maximum": 10**30}, "ü☃": {"const": 1.0}},
        "alpha": [],
    }
    made = await task(resources, name=" Classify ", request_schema=REQUEST, response_schema=schema)
    read = await service.get_task(str(made.id))
    assert read is not None
    assert (read.name, read.description, read.revision) == ("Classify", None, 1)
    assert jsontext.dumps(read.response_schema) == jsontext.dumps(schema)
    assert read.request_schema == REQUEST


async def test_T1_without_a_request_schema_the_column_is_null(resources: Resources) -> None:
    made = await task(resources)
    await edited(resources, made, request_schema=REQUEST)
    await edited(resources, made, request_schema=None)
    rows = await fetch(
        "SELECT request_schema IS NULL AS empty FROM task"
        " UNION ALL (SELECT request_schema IS NULL FROM task_revision ORDER BY revision)"
    )
    assert [row["empty"] for row in rows] == [True, True, False, True]


async def test_T1_tasks_are_listed_by_name_in_pages(resources: Resources) -> None:
    for name in ("charlie", "Alpha", "bravo"):
        await task(resources, name=name)
    first = await service.list_tasks(2, None, None)
    rest = await service.list_tasks(2, first.cursor(first.rows[-1]), None)
    found = await service.list_tasks(None, None, "RAV")
    assert [row.name for row in first.rows] == ["Alpha", "bravo"]
    assert [row.name for row in rest.rows] == ["charlie"]
    assert (first.has_next, rest.has_next) == (True, False)
    assert await rest.count() == 3
    assert [row.name for row in found.rows] == ["bravo"]


INVALID: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"name": ""}, ("name",)),
    ({"name": "x" * 101}, ("name",)),
    ({"description": "x" * 2_001}, ("description",)),
    ({"description": "nul\x00"}, ("description",)),
    ({"response_schema": {"type": "invalid_type"}}, ("responseSchema", "type")),
    (
        {"response_schema": {"type": "object", "properties": "none"}},
        ("responseSchema", "properties"),
    ),
    ({"response_schema": {"type": "string"}}, ("responseSchema", "type")),
    ({"response_schema": []}, ("responseSchema",)),
    ({"response_schema": {"type": "object", "x": "a" * 1024 * 1024}}, ("responseSchema",)),
    ({"request_schema": {"type": "array"}}, ("requestSchema", "type")),
    ({"request_schema": True}, ("requestSchema",)),
    ({"request_schema": False}, ("requestSchema",)),
    ({"request_schema": ""}, ("requestSchema",)),
    ({"request_schema": {"enum": [1]}}, ("requestSchema", "enum")),
]


@pytest.mark.parametrize(("fields", "path"), INVALID)
async def test_T1_what_breaks_a_rule_is_refused_with_its_place_by_create_and_update(
    resources: Resources, fields: dict[str, Any], path: tuple[str, ...]
) -> None:
    standing = await task(resources)
    before = await stored(*TABLES)
    with pytest.raises(InvalidInput) as created:
        await task(resources, **fields)
    with pytest.raises(InvalidInput) as updated:
        await edited(resources, standing, **fields)
    assert [issue.path for issue in created.value.issues] == [path]
    assert [issue.path for issue in updated.value.issues] == [path]
    assert await stored(*TABLES) == before


async def test_T1_all_that_is_wrong_is_told_at_once(resources: Resources) -> None:
    with pytest.raises(InvalidInput) as refused:
        await task(
            resources, name="", request_schema={"type": 1}, response_schema={"type": "array"}
        )
    assert [issue.path[0] for issue in refused.value.issues] == [
        "name",
        "requestSchema",
        "responseSchema",
    ]


async def test_T1_of_racing_requests_for_a_name_one_gets_it(resources: Resources) -> None:
    spellings = ("Classify", "classify", " CLASSIFY ", "cLASSIFY")
    results = await asyncio.gather(
        *(task(resources, name=name) for name in spellings), return_exceptions=True
    )
    [winner] = await Task.all()
    refused = [result for result in results if isinstance(result, NameTaken)]
    assert len(refused) == len(spellings) - 1
    assert {error.existing_id for error in refused} == {winner.id}
    assert await TaskRevision.all().count() == 1


async def test_T1_a_taken_name_leaves_both_tasks_as_they_are(resources: Resources) -> None:
    first, second = await task(resources, name="First"), await task(resources, name="Second")
    before = await stored(*TABLES)
    async with hearing(resources, "task") as ear:
        with pytest.raises(NameTaken) as taken:
            await edited(resources, second, name="FIRST", description="new")
        assert await ear.names() == []
    assert taken.value.existing_id == first.id
    assert await stored(*TABLES) == before


async def test_T1_a_deleted_task_is_gone_and_its_revisions_stay(resources: Resources) -> None:
    made = await task(resources, name="Classify")
    kept = await task(resources)
    async with hearing(resources, "task") as ear:
        async with unit_of_work(resources, RULES, EDITOR) as work:
            await service.delete_task(work, str(made.id))
        assert await ear.names() == ["task.deleting", "task.deleted"]
    assert await Task.all() == [kept]
    last = await service.current_revision(made.id)
    assert last is not None
    assert last.response_schema == RESPONSE
    assert (await task(resources, name="Classify")).id != made.id
    for gone in (str(made.id), "no id"):
        async with unit_of_work(resources, RULES, EDITOR) as work:
            with pytest.raises(NotFound):
                await service.delete_task(work, gone)


async def test_T1_an_operator_may_not_write(resources: Resources) -> None:
    made = await task(resources)
    before = await stored(*TABLES)
    async with unit_of_work(resources, RULES, Actor("Eve", Role.OPERATOR)) as work:
        with pytest.raises(Forbidden):
            await service.create_task(work, NewTask(name="x", response_schema=RESPONSE))
        with pytest.raises(Forbidden):
            await service.update_task(work, str(made.id), {"name": "x"}, None)
        with pytest.raises(Forbidden):
            await service.delete_task(work, str(made.id))
    assert await stored(*TABLES) == before


# T3 ------------------------------------------------------------------------------------


async def test_T3_every_change_leaves_a_revision_that_never_changes(resources: Resources) -> None:
    made = await task(resources, name="Classify")
    async with unit_of_work(resources, RULES, EDITOR) as work:
        await service.update_task(work, str(made.id), {"request_schema": REQUEST}, 1)
    first = await stored("task_revision")
    await edited(resources, made, response_schema={"type": "object"}, description="New.")

    page = await service.list_revisions(str(made.id), None, None)

    assert await service.current_revision(made.id) == page.rows[0]
    assert [
        (row.revision, row.request_schema, row.response_schema, row.description, row.created_by)
        for row in page.rows
    ] == [
        (3, REQUEST, {"type": "object"}, "New.", "rota"),
        (2, REQUEST, RESPONSE, None, "Grace"),
        (1, None, RESPONSE, None, "rota"),
    ]
    now = await stored("task_revision")
    assert all(row in now["task_revision"] for row in first["task_revision"])


async def test_T3_saving_without_a_change_makes_no_revision_and_no_event(
    resources: Resources,
) -> None:
    made = await task(resources, name="Classify", request_schema=REQUEST)
    before = await stored(*TABLES)
    same: list[dict[str, Any]] = [
        {},
        {"name": " Classify "},
        {"description": None},
        {"request_schema": jsontext.loads(jsontext.dumps(REQUEST))},
        {"response_schema": jsontext.loads(jsontext.dumps(RESPONSE))},
    ]
    async with hearing(resources, "task") as ear:
        for changes in same:
            assert (await edited(resources, made, **changes)).revision == 1
        assert await ear.names() == []
    assert await stored(*TABLES) == before


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"n": {"const": 1}}, "type": "object"},
        {"type": "object", "properties": {"n": {"const": 1.0}}},
        {"type": "object", "properties": {"n": {"const": True}}},
    ],
)
async def test_T3_another_order_of_keys_or_kind_of_value_is_a_change(
    resources: Resources, schema: dict[str, Any]
) -> None:
    first = {"type": "object", "properties": {"n": {"const": 1}}}
    made = await task(resources, response_schema=first)
    changed = await edited(resources, made, response_schema=schema)
    assert schema == first  # to Python, which is why it is no measure
    assert changed.revision == 2
    read = await Task.get(id=made.id)
    assert jsontext.dumps(read.response_schema) == jsontext.dumps(schema)


@pytest.mark.parametrize("field", ["name", "response_schema"])
async def test_T3_what_is_required_cannot_be_null(resources: Resources, field: str) -> None:
    made = await task(resources)
    before = await stored(*TABLES)
    with pytest.raises(InvalidInput):
        await edited(resources, made, **{field: None})
    assert await stored(*TABLES) == before


async def test_T3_of_two_edits_of_one_revision_the_second_is_told(resources: Resources) -> None:
    made = await task(resources)

    async def edit(description: str) -> Task:
        async with unit_of_work(resources, RULES, EDITOR) as work:
            return await service.update_task(work, str(made.id), {"description": description}, 1)

    results = await asyncio.gather(edit("one"), edit("two"), return_exceptions=True)
    [stale] = [result for result in results if isinstance(result, StaleRevision)]
    assert stale.current_revision == 2
    assert await TaskRevision.all().count() == 2


async def test_T3_the_audit_log_has_both_schemas(resources: Resources) -> None:
    huge = {"type": "object", "properties": {"n": {"maximum": 10**40}}}
    made = await task(resources, name="Classify", response_schema=huge)
    async with unit_of_work(resources, RULES, EDITOR) as work:
        await service.update_task(work, str(made.id), {"response_schema": RESPONSE}, None)
    entry = await AuditEntry.get(action="task.updated")
    assert (entry.actor, entry.subject_id, entry.subject_name) == ("Grace", made.id, "Classify")
    assert entry.changes == {"responseSchema": [huge, RESPONSE]}


# T4 ------------------------------------------------------------------------------------


async def test_T4_whoever_stands_against_the_deletion_keeps_the_task_as_it_is(
    resources: Resources,
) -> None:
    made = await task(resources)
    users = [new_id(), new_id()]

    async def refuse(work: UnitOfWork, event: TaskDeleting) -> None:
        assert event.id == made.id
        raise TaskInUse(users)

    rules: Rules = replace(RULES, listeners={TaskDeleting: [refuse]})
    before = await stored(*TABLES)
    async with hearing(resources, "task") as ear:
        with pytest.raises(TaskInUse) as refused:
            async with unit_of_work(resources, rules, EDITOR) as work:
                await service.delete_task(work, str(made.id))
        assert await ear.names() == []
    assert refused.value.agent_ids == tuple(users)
    assert await stored(*TABLES) == before
