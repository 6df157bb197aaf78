"""Tasks over GraphQL."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rota.platform.kernel import jsontext
from rota.platform.kernel.actor import Actor, Role
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.unit_of_work import UnitOfWork, unit_of_work
from rota.tasks.errors import TaskInUse
from rota.tasks.events import TaskDeleting
from rota.tasks.models import Task
from rota.tasks.service import delete_task
from rota.wiring import RULES
from tests.agents.factories import agent
from tests.conftest import GraphQL, context_for, execute
from tests.observe import statements, stored, subscriber
from tests.tasks.factories import RESPONSE, edited, task

TABLES = ("task", "task_revision")
CREATE = """
mutation ($input: CreateTaskInput!) {
  createTask(input: $input) {
    __typename
    ... on Error { message }
    ... on CreateTaskPayload { task {
      id name description requestSchema responseSchema revision assignments { id }
    } }
    ... on NameTakenError { name existingId }
    ... on InvalidInputError { issues { path message } }
  }
}
"""
UPDATE = """
mutation ($input: UpdateTaskInput!) {
  updateTask(input: $input) {
    __typename
    ... on UpdateTaskPayload { task { name description requestSchema responseSchema revision } }
    ... on NotFoundError { path id }
    ... on NameTakenError { existingId }
    ... on InvalidInputError { issues { path } }
    ... on StaleRevisionError { currentRevision }
  }
}
"""
DELETE = """
mutation ($input: DeleteTaskInput!) {
  deleteTask(input: $input) {
    __typename
    ... on DeleteTaskPayload { deletedId }
    ... on NotFoundError { path id }
    ... on TaskInUseError { message agents { id name } }
  }
}
"""
CHECK = "query ($schema: JSON!) { checkSchema(schema: $schema) { isValid issues { path } } }"
CHANGED = "subscription ($id: ID) { taskChanged(id: $id) { kind id task { name revision } } }"
REQUEST = {"type": "object", "properties": {"text": {"type": "string"}}}


async def test_T1_create_and_read(graphql: GraphQL) -> None:
    huge = {"type": "object", "properties": {"n": {"maximum": 10**30}, "a": {}}}
    answer = await graphql(
        CREATE, input={"name": " Classify ", "requestSchema": huge, "responseSchema": RESPONSE}
    )
    made = answer["createTask"]["task"]
    assert made == {
        "id": made["id"],
        "name": "Classify",
        "description": None,
        "requestSchema": huge,
        "responseSchema": RESPONSE,
        "revision": 1,
        "assignments": [],
    }
    read = await graphql("query ($id: ID!) { task(id: $id) { name } }", id=made["id"])
    assert read == {"task": {"name": "Classify"}}
    assert await graphql('{ task(id: "no id") { name } }') == {"task": None}
    listed = await graphql('{ tasks(search: "LASS") { totalCount nodes { responseSchema } } }')
    assert listed["tasks"] == {"totalCount": 1, "nodes": [{"responseSchema": RESPONSE}]}


async def test_T1_a_schema_that_is_none_is_refused_with_its_place(graphql: GraphQL) -> None:
    before = await stored(*TABLES)
    answer = await graphql(
        CREATE,
        input={
            "name": "Classify",
            "requestSchema": {"type": "invalid_type"},
            "responseSchema": {"type": "object", "properties": "none"},
        },
    )
    refused = answer["createTask"]
    assert refused["__typename"] == "InvalidInputError"
    assert [issue["path"] for issue in refused["issues"]] == [
        ["requestSchema", "type"],
        ["responseSchema", "properties"],
    ]
    assert all(issue["message"] for issue in refused["issues"])
    assert await stored(*TABLES) == before


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        (RESPONSE, []),
        ({"$ref": "#/$defs/it", "$defs": {"it": {"type": "object"}}}, []),
        ({"type": "invalid_type"}, [["type"]]),
        ({"type": "object", "properties": {"kind": {"type": 3}}}, [["properties", "kind", "type"]]),
        ({"type": "array"}, [["type"]]),
        ("a text", [[]]),
        (True, [[]]),
        ([], [[]]),
    ],
)
async def test_T1_check_schema_tells_what_saving_would_and_saves_nothing(
    graphql: GraphQL, schema: Any, paths: list[list[str]]
) -> None:
    before = await stored(*TABLES)
    answer = await graphql(CHECK, Role.VIEWER, schema=schema)
    assert answer["checkSchema"] == {
        "isValid": not paths,
        "issues": [{"path": path} for path in paths],
    }
    assert await stored(*TABLES) == before
    saved = (await graphql(CREATE, input={"name": "x", "responseSchema": schema}))["createTask"]
    refused = [issue["path"] for issue in saved.get("issues", [])]
    assert refused == [["responseSchema", *path] for path in paths]


async def test_T1_what_a_schema_is_taken_to_mean_is_noted(graphql: GraphQL) -> None:
    asked = "query ($schema: JSON!) { checkSchema(schema: $schema) { isValid notes { message } } }"
    loose = {"properties": {"kind": {"type": "string"}}}
    checked = (await graphql(asked, schema=loose))["checkSchema"]
    assert checked["isValid"]
    [note] = checked["notes"]
    assert "only objects" in note["message"]
    strict = (await graphql(asked, schema={"type": "object"}))["checkSchema"]
    assert strict == {"isValid": True, "notes": []}
    saved = (await graphql(CREATE, input={"name": "x", "responseSchema": loose}))["createTask"]
    assert saved["task"]["responseSchema"] == loose


@pytest.mark.parametrize("text", ["a\0", "\ud800"])
async def test_T1_what_a_text_may_not_have_is_an_issue_at_its_place(
    graphql: GraphQL, text: str
) -> None:
    schema = {"type": "object", "properties": {"it": {"pattern": text}}}
    answer = await graphql(CHECK, schema=schema)
    path = ["properties", "it", "pattern"]
    assert answer["checkSchema"] == {"isValid": False, "issues": [{"path": path}]}


async def test_X8_numbers_are_kept_to_the_last_digit(graphql: GraphQL) -> None:
    digits = "1234567890123456.78"
    text = (
        'mutation { createTask(input: {name: "n", responseSchema: '
        f'{{type: "object", maximum: {digits}, minimum: 1e3, const: {{a: [{digits}]}}}}}}) {{'
        " ... on CreateTaskPayload { task { id responseSchema } } } }"
    )
    made = (await graphql(text))["createTask"]["task"]
    read = await graphql("query ($id: ID!) { task(id: $id) { responseSchema } }", id=made["id"])
    for schema in (made["responseSchema"], read["task"]["responseSchema"]):
        assert f'"maximum":{digits},' in jsontext.dumps(schema)
        assert schema["const"] == {"a": [Decimal(digits)]}
        assert type(schema["minimum"]) is float


async def test_T1_a_taken_name_names_who_has_it(graphql: GraphQL, resources: Resources) -> None:
    first, second = await task(resources, name="First"), await task(resources, name="Second")
    before = await stored(*TABLES)
    created = await graphql(CREATE, input={"name": "fIRST", "responseSchema": RESPONSE})
    updated = await graphql(UPDATE, input={"id": str(second.id), "name": "FIRST"})
    assert created["createTask"]["existingId"] == str(first.id)
    assert updated["updateTask"] == {
        "__typename": "NameTakenError",
        "existingId": str(first.id),
    }
    assert await stored(*TABLES) == before


async def test_T3_left_out_stays_and_null_clears(graphql: GraphQL, resources: Resources) -> None:
    made = await task(resources, name="Classify", description="old", request_schema=REQUEST)

    async def update(**changes: Any) -> dict[str, Any]:
        answer = await graphql(UPDATE, input={"id": str(made.id), **changes})
        result: dict[str, Any] = answer["updateTask"]
        return result

    changed = await update(requestSchema=None, expectedRevision=1)
    assert changed["task"] == {
        "name": "Classify",
        "description": "old",
        "requestSchema": None,
        "responseSchema": RESPONSE,
        "revision": 2,
    }
    assert await update(requestSchema=None, name="Classify") == changed
    for field in ("name", "responseSchema"):
        assert await update(**{field: None}) == {
            "__typename": "InvalidInputError",
            "issues": [{"path": [field]}],
        }
    assert await update(name="x", expectedRevision=1) == {
        "__typename": "StaleRevisionError",
        "currentRevision": 2,
    }
    assert (await update(id="none", name="x"))["__typename"] == "NotFoundError"
    assert (await Task.get(id=made.id)).revision == 2


async def test_T3_revisions_stay_readable_once_the_task_is_deleted(
    graphql: GraphQL, resources: Resources
) -> None:
    made = await task(resources, name="Classify")
    await edited(resources, made, request_schema=REQUEST)
    key = str(made.id)
    assert (await graphql(DELETE, input={"id": key}))["deleteTask"]["deletedId"] == key
    page = """query ($id: ID!) { taskRevisions(taskId: $id) {
        totalCount nodes { revision taskId requestSchema responseSchema createdBy } } }"""
    answer = await graphql(page, id=key)
    shared = {"taskId": key, "responseSchema": RESPONSE, "createdBy": "rota"}
    assert answer["taskRevisions"] == {
        "totalCount": 2,
        "nodes": [
            {"revision": 2, "requestSchema": REQUEST, **shared},
            {"revision": 1, "requestSchema": None, **shared},
        ],
    }
    assert (await graphql(page, id="none"))["taskRevisions"]["nodes"] == []


async def test_T4_a_refused_deletion_names_the_agents(resources: Resources, owner: Actor) -> None:
    made = await task(resources)
    users = [await agent(resources, name="One"), await agent(resources, name="Two")]

    async def refuse(work: UnitOfWork, event: TaskDeleting) -> None:
        raise TaskInUse([user.id for user in users] + [new_id()])

    context = context_for(resources, owner)
    context.rules = replace(RULES, listeners={TaskDeleting: [refuse]})
    with statements() as seen:
        result = await execute(DELETE, {"input": {"id": str(made.id)}}, context)
    assert result.data is not None
    refused = result.data["deleteTask"]
    assert refused["__typename"] == "TaskInUseError"
    assert refused["agents"] == [{"id": str(user.id), "name": user.name} for user in users]
    assert await Task.exists(id=made.id)
    assert len([sql for sql in seen if "FROM agent " in sql]) == 1


async def test_T1_every_change_reaches_every_subscriber_that_wants_it(
    resources: Resources,
) -> None:
    other = await task(resources)
    async with (
        subscriber(resources, CHANGED) as everything,
        subscriber(resources, CHANGED, id=str(other.id)) as only_other,
    ):
        made = await task(resources, name="Classify")
        key = str(made.id)
        heard = [await everything.next()]
        await edited(resources, made, name="Classify 2")
        heard.append(await everything.next())
        async with unit_of_work(resources, RULES, Actor("Ada", Role.EDITOR)) as work:
            await delete_task(work, key)
        heard.append(await everything.next())
        await edited(resources, other, name="Other")
        assert (await only_other.next())["task"] == {"name": "Other", "revision": 2}
    assert heard == [
        {"kind": "CREATED", "id": key, "task": {"name": "Classify", "revision": 1}},
        {"kind": "UPDATED", "id": key, "task": {"name": "Classify 2", "revision": 2}},
        {"kind": "DELETED", "id": key, "task": None},
    ]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_T1_who_may_not_write_is_refused(
    graphql: GraphQL, resources: Resources, role: Role
) -> None:
    made = await task(resources)
    before = await stored(*TABLES)
    for document, given in (
        (CREATE, {"name": "x", "responseSchema": RESPONSE}),
        (UPDATE, {"id": str(made.id), "name": "x"}),
        (DELETE, {"id": str(made.id)}),
    ):
        answer = await graphql(document, role, input=given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await stored(*TABLES) == before
    assert (await graphql("{ tasks { totalCount } }", role))["tasks"] == {"totalCount": 1}
    answer = await graphql(UPDATE, Role.EDITOR, input={"id": str(made.id), "name": "x"})
    assert answer["updateTask"]["task"]["name"] == "x"
