"""What is shown straight from a statement's records is what GraphQL's own executor shows, whatever
is selected of rows, and of rows that these refer to."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import given
from hypothesis import strategies as st

from rota.agents.service import delete_agent
from rota.assignments.service import assign_task, unassign_task
from rota.graphql.context import Context
from rota.graphql.planning.execution import Interpreter, answer
from rota.graphql.planning.rows import RowPlan
from rota.platform.kernel import answer_size
from rota.platform.kernel.actor import Actor
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.tasks.service import delete_task
from tests.agents.factories import agent
from tests.conftest import SCHEMA, context_for, execute
from tests.dose import dose, examples
from tests.graphql.test_plans import PLANNED, USUAL, same
from tests.observe import statements
from tests.providers.factories import provider
from tests.tasks.factories import task

DOCUMENTS = dose(120, 600)
SWITCHES = {"yes": True, "no": False}
SWITCHED = ["", "", "", "@include(if: $yes)", "@skip(if: $no)", "@skip(if: $yes)"]
# Other means answer these.
APART = {"instances", "runs", "ruledOutModes"}
GIVEN = {"runCounts": '(since: "2020-01-01T00:00:00Z")'}
ROOTS = {
    "agents": ["", "(first: 2)", '(search: "gen")', "(providerId: $providerId)"],
    "tasks": ["", "(first: 2)"],
    "assignments": ["", "(first: 3)", "(isActive: false)", "(taskId: $taskId)"],
    "providers": ["", "(first: 1)"],
    "agentRevisions": ["(agentId: $agentId)"],
    "taskRevisions": ["(taskId: $taskId, first: 1)"],
}

FAILED = "UPDATE provider SET validation_status = 'ERROR', validation_error = 'No.' WHERE id = $1"


@pytest.fixture
async def ids(resources: Resources, owner: Actor) -> dict[str, Any]:
    """Agents of one provider and of others, with no assignment, with one and with several; texts
    that are null, short and long; assignments that ended, and whose agent or task is gone."""
    home = await provider(resources)
    agents = [await agent(resources, provider=home) for _ in range(3)]
    agents += [await agent(resources, description=text) for text in (None, "d" * 1500)]
    tasks = [await task(resources, description=text) for text in (None, "short", "é" * 2000)]
    gone, passing = await agent(resources), await task(resources)
    pairs = [(one, other) for at, one in enumerate(agents[:4]) for other in tasks[:at]]
    async with context_for(resources, owner).unit_of_work() as work:
        for one, other in [*pairs, (gone, tasks[0])]:
            await assign_task(work, str(one.id), str(other.id))
        ended = await assign_task(work, str(gone.id), str(passing.id))
        await unassign_task(work, str(ended.id))
        await delete_task(work, str(passing.id))
        await delete_agent(work, str(gone.id))
    await fetch(FAILED, home.id)
    given = {"agentId": agents[3].id, "taskId": tasks[0].id, "providerId": home.id}
    return {name: str(key) for name, key in given.items()}


@st.composite
def selections(draw: st.DrawFn, type_: GraphQLObjectType, depth: int) -> str:
    """Some fields of a type, again and again, by names of their own, within fragments, and switched
    on and off."""
    names = ["__typename"]
    for name, field in type_.fields.items():
        is_required = name not in GIVEN and any(map(is_required_argument, field.args.values()))
        is_leaf = is_leaf_type(get_named_type(field.type))
        if name not in APART and not is_required and (depth or is_leaf):
            names.append(name)
    parts = []
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=5)):
        inner: Any = get_named_type(type_.fields[name].type) if name != "__typename" else None
        below = ""
        if isinstance(inner, GraphQLObjectType):
            below = f"{{ {draw(selections(inner, depth - 1))} }}"
        alias = draw(st.sampled_from(["", "", "", f"class_{name}: ", f"record_{name}: "]))
        part = f"{alias}{name}{GIVEN.get(name, '')} {draw(st.sampled_from(SWITCHED))} {below}"
        if draw(st.booleans()):
            part = f"... on {type_.name} {draw(st.sampled_from(SWITCHED))} {{ {part} }}"
        parts.append(part)
    return " ".join(parts)


@st.composite
def documents(draw: st.DrawFn) -> str:
    fields: Any = SCHEMA._schema.query_type
    root = draw(st.sampled_from([*ROOTS]))
    given = draw(st.sampled_from(ROOTS[root]))
    type_: Any = get_named_type(fields.fields[root].type)
    below = draw(selections(type_, draw(st.integers(1, 6))))
    head = "$yes: Boolean!, $no: Boolean!, $agentId: ID!, $taskId: ID!, $providerId: ID"
    # All variables have to be used.
    return (
        f"query ({head}) {{ {root}{given} {{ {below} }} "
        "agent(id: $agentId) @skip(if: true) { id } task(id: $taskId) @skip(if: $yes) { id } "
        "provider(id: $agentId) @include(if: $no) { id } "
        "none: agents(providerId: $providerId, first: 1) { pageInfo { hasPreviousPage } } }"
    )


@pytest.mark.timeout(400)
@examples(DOCUMENTS)
@given(document=documents())
async def test_whatever_is_selected_of_rows_is_shown_alike(
    document: str, resources: Resources, owner: Actor, ids: dict[str, Any]
) -> None:
    """Else the usual way would be compared with itself: no plan was given up."""
    given = {**SWITCHES, **ids}
    assert not (await same(resources, owner, document, None, **given)).errors
    executor = PLANNED.prepare(document, given, None, context_for(resources, owner))
    await answer(executor)
    assert executor.document


STATEMENTS = {
    "{ agents { nodes { id p: provider { name } q: provider { type } } } }": 1,
    "{ agents { edges { cursor node { name provider { id } } } pageInfo { endCursor } } }": 1,
    "{ agents { nodes { provider { validationError } assignments { task { name } } } } }": 2,
    # What is lengthy is not repeated for each of many that refer to it.
    "{ agents { nodes { assignments { task { name description } } } } }": 3,
    "{ assignments { nodes { task { description } agent { provider { name } } } } }": 1,
    "{ tasks { totalCount nodes { name assignments { agent { name provider { name } } } } } }": 3,
    '{ agents { nodes { provider { name } runCounts(since: "2020-01-01T00:00:00Z") '
    "{ queued } runs(first: 1) { nodes { id } } } } }": 2 + 5,
    # What takes a closer look is shown from rows, and the rest as before.
    "{ agents { nodes { modelSettings { seed } assignments { task { name } } } } }": 2,
}


@pytest.mark.parametrize(("document", "number"), STATEMENTS.items())
@pytest.mark.usefixtures("ids")
async def test_what_a_row_refers_to_comes_with_it(
    document: str, number: int, resources: Resources, owner: Actor
) -> None:
    with statements() as seen:
        result = await execute(document, {}, context_for(resources, owner), PLANNED)
    assert not result.errors
    assert len(seen) == number, seen
    await same(resources, owner, document)


FAULTS: dict[str, Callable[[str], str]] = {
    "a wrong value": lambda shown: shown.replace("str(record[", "repr(record["),
    "nothing": lambda shown: shown.replace("is not None", "is None"),
    "a name left out": lambda shown: shown.replace("'name': ", "'nome': "),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("ids")
async def test_rows_shown_wrongly_would_be_found(
    fault: str, resources: Resources, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = RowPlan.compile
    monkeypatch.setattr(RowPlan, "compile", lambda plan, text: right(plan, FAULTS[fault](text)))
    document = f"{{ assignments {{ nodes {{ id task {{ id name }} }} }} }} # {fault}"
    with pytest.raises(AssertionError):
        await same(resources, owner, document)


COUNTED = "{ agents { nodes { name description __typename provider { name } assignments { id "
COUNTED += "task { name } } } edges { cursor } } }"


@pytest.mark.usefixtures("ids")
async def test_values_and_letters_are_counted_as_usual(resources: Resources, owner: Actor) -> None:
    counts = [await _counted(one, context_for(resources, owner)) for one in (PLANNED, USUAL)]
    assert counts[0] == counts[1]


async def _counted(interpreter: Interpreter, context: Context) -> tuple[int, ...]:
    executor = interpreter.prepare(COUNTED, None, None, context)
    with answer_size.measured() as size:
        result: Any = executor.execute_operation()
        result = await result
    assert not result.errors
    return size.nodes, size.text_bytes, size.rows, size.reads


async def test_what_many_lead_to_is_counted_as_often_as_it_is_shown(
    resources: Resources, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And read once: a document of few letters may ask for much."""
    other = await task(resources)
    async with context_for(resources, owner).unit_of_work() as work:
        for _ in range(20):
            one = await agent(resources)
            await assign_task(work, str(one.id), str(other.id))
    document = "{ tasks { nodes { " + "assignments { task { " * 2 + "id " + "} } " * 2 + "} } }"
    assert not (await same(resources, owner, document)).errors
    monkeypatch.setattr(answer_size, "MAX_NODES", 300)
    result = await execute(document, {}, context_for(resources, owner), PLANNED)
    assert result.errors
    assert "more than 300 values" in result.errors[0].message
