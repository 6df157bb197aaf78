"""Statements: parameters by name, one text for good."""

import pytest

from rota.platform.resources import Resources
from rota.platform.storage.statements import Statement
from rota.tasks.models import Task
from tests.observe import statements
from tests.tasks.factories import task


def test_names_become_places_in_the_order_of_their_first_use() -> None:
    statement = Statement("""
        SELECT :b, :a_name, :b
    """)
    assert statement.sql == "SELECT $1, $2, $1"
    assert statement.parameters == ("b", "a_name")


@pytest.mark.parametrize(
    "text", ["SELECT 1::int", "SELECT ':no', 'it''s :no'", "SELECT 1 -- :no\n", "SELECT a[1:2]"]
)
def test_what_only_looks_like_a_name_is_left_alone(text: str) -> None:
    assert Statement(text).sql == text.strip()


def test_a_cast_may_follow_a_name() -> None:
    assert Statement("SELECT :ids::uuid[]").sql == "SELECT $1::uuid[]"


@pytest.mark.parametrize("values", [{}, {"a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": 1, "c": 3}])
async def test_missing_and_surplus_values_are_refused_before_anything_is_sent(
    resources: Resources, values: dict[str, int]
) -> None:
    statement = Statement("SELECT :a::int + :b::int AS sum")
    with statements() as sent:
        for run in (statement.rows, statement.records):
            with pytest.raises(TypeError, match=r"lacks|does not know"):
                await run(**values)
    assert sent == []
    assert await statement.rows(b=1, a=2) == [{"sum": 3}]


async def test_values_are_never_read_as_sql(resources: Resources) -> None:
    echo = Statement("SELECT :text::text AS said")
    said = "'; DROP TABLE run; -- :text $1"
    assert await echo.rows(text=said) == [{"said": said}]


async def test_json_is_read_and_whole_rows_are_models(resources: Resources) -> None:
    made = await task(resources)
    [row] = await Statement("SELECT response_schema FROM task WHERE id = :id").rows(id=made.id)
    assert row["response_schema"] == made.response_schema
    by_id = Statement("SELECT * FROM task WHERE id = :id")
    [found] = await by_id.models(Task, id=made.id)
    assert (found.name, found.response_schema) == (made.name, made.response_schema)
    assert await by_id.models(Task, id=None) == []
