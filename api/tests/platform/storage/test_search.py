"""What is searched for and named in lists, over GraphQL: any text gets a list or a clear no."""

from typing import Any

import pytest

from rota.platform.resources import Resources
from tests.agents.factories import agent
from tests.assignments.factories import assignment
from tests.conftest import GraphQL
from tests.providers.factories import provider
from tests.tasks.factories import task

LISTS = ["providers", "agents", "tasks", "assignments"]
UNSTORABLE = ["\x00", "a\x00b", "\ud800", "a\udfffb"]
AWKWARD = ["%", "_", "\\", "'", '"', "--", "%\\", "\u202e", "x" * 10_000, "𝕏" * 1000, " "]
NAME = "50%_Straße \\ 'É'"


@pytest.mark.parametrize("list", LISTS)
@pytest.mark.parametrize("text", UNSTORABLE)
async def test_X8_a_search_that_nothing_can_match_is_refused(
    graphql: GraphQL, list: str, text: str
) -> None:
    query = f"query ($search: String) {{ {list}(search: $search) {{ nodes {{ id }} }} }}"
    (error,) = (await graphql(query, search=text))["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert error["message"] == (
        "`search` has a NUL character or a broken surrogate, which no name has."
    )


async def named(resources: Resources) -> None:
    """One row in each list, with an awkward name."""
    home = await provider(resources, name=NAME)
    worker = await agent(resources, name=NAME, provider=home)
    await assignment(resources, worker, await task(resources, name=NAME))


@pytest.mark.parametrize("list", LISTS)
async def test_X8_a_search_means_its_text_and_nothing_more(
    graphql: GraphQL, resources: Resources, list: str
) -> None:
    await named(resources)
    query = f"query ($search: String) {{ {list}(search: $search) {{ totalCount }} }}"

    async def found(text: str) -> int:
        answer = await graphql(query, search=text)
        count: int = answer[list]["totalCount"]
        return count

    for text in ("50%", "%_", "straße", "STRAß", " \\ ", "'É'", "'e\u0301'", "'é'", "", " "):
        assert await found(text) == 1, text
    for text in ("51%", "5_%", "Str%e", "%%", "__", "\\\\", "''", "' OR 1=1"):
        assert await found(text) == 0, text
    for text in AWKWARD:
        assert await found(text) in (0, 1)


@pytest.mark.parametrize("text", [*UNSTORABLE, "", "no id", "' OR 1=1", "9" * 5000])
@pytest.mark.parametrize(
    "field",
    [
        "agents(providerId: $id) { totalCount }",
        "assignments(agentId: $id) { totalCount }",
        "assignments(taskId: $id) { totalCount }",
        "runs(agentId: $id) { totalCount }",
        "runs(taskId: $id) { totalCount }",
        "runs(assignmentId: $id) { totalCount }",
        "auditEntries(subjectId: $id) { totalCount }",
    ],
)
async def test_X8_an_id_that_is_none_names_nothing(
    graphql: GraphQL, resources: Resources, field: str, text: str
) -> None:
    await named(resources)
    answer = await graphql(f"query ($id: ID) {{ {field} }}", id=text)
    assert [found["totalCount"] for found in answer.values()] == [0], answer


@pytest.mark.parametrize("text", [*UNSTORABLE, "no id"])
@pytest.mark.parametrize("field", ["provider", "agent", "task", "assignment", "run"])
async def test_X8_a_row_whose_id_is_none_is_not_there(
    graphql: GraphQL, field: str, text: str
) -> None:
    answer = await graphql(f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=text)
    assert answer == {field: None}


CURSORS: list[Any] = [*UNSTORABLE, "x", "====", "WyJpZCIsIDFd", "bnVsbA==", "e30=", "ü", "x" * 9999]


@pytest.mark.parametrize("list", [*LISTS, "runs", "auditEntries"])
@pytest.mark.parametrize("cursor", CURSORS)
async def test_X8_a_cursor_that_is_none_is_refused(
    graphql: GraphQL, list: str, cursor: str
) -> None:
    query = f"query ($after: String) {{ {list}(after: $after) {{ nodes {{ id }} }} }}"
    (error,) = (await graphql(query, after=cursor))["errors"]
    assert error["extensions"] == {"code": "BAD_REQUEST"}
    assert error["message"] == ("`after` is not a cursor of this list. Take one from its pageInfo.")
