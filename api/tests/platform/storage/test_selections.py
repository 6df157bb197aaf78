"""What is selected of rows, and what is told of their columns."""

from typing import Any

import pytest

from rota.platform.storage import orm
from rota.platform.storage.database import fetch
from rota.platform.storage.orm import columns_of, kind_of, table_of
from rota.platform.storage.records import Row
from rota.platform.storage.selections import Selection
from rota.tasks.models import Task
from tests.agents.factories import agent
from tests.providers.factories import provider

COLUMNS = """
SELECT column_name, data_type, is_nullable = 'YES' AS is_null FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1
"""
KINDS = {
    "uuid": "uuid",
    "text": "text",
    "integer": "int",
    "smallint": "int",
    "boolean": "bool",
    "timestamp with time zone": "datetime",
}


def models() -> list[type[Row]]:
    found, families = [], [Row]
    while families:
        family = families.pop()
        families += family.__subclasses__()
        if family.__module__.startswith("rota.") and not family._meta.abstract:
            found.append(family)
    return found


async def told_wrongly() -> list[str]:
    """The columns of which the models say something else than the database. Of an integer that is
    wider than 32 bits there is no kind."""
    faults = []
    for model in models():
        for column in await fetch(COLUMNS, table_of(model)):
            name = column["column_name"]
            kind, is_null = kind_of(model, name)
            if name in columns_of(model):
                right = KINDS.get(column["data_type"])
                if is_null != column["is_null"] or (kind is not None and kind != right):
                    faults.append(f"{table_of(model)}.{name}")
    return faults


@pytest.mark.usefixtures("resources")
async def test_models_tell_of_kinds_and_nulls_what_the_database_does() -> None:
    """Plans show a column as it is, or go without it, by what the model says."""
    assert await told_wrongly() == []


@pytest.mark.usefixtures("resources")
async def test_a_model_that_tells_otherwise_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Task._meta.fields_map["description"], "null", False)
    kinds = [(type_, "int" if kind == "bool" else kind) for type_, kind in orm._KINDS]
    monkeypatch.setattr(orm, "_KINDS", tuple(kinds))
    assert {"task.description", "agent.is_active", "assignment.is_active"} & {*await told_wrongly()}


async def test_a_row_comes_with_those_it_refers_to(resources: Any) -> None:
    home = await provider(resources)
    made = await agent(resources, provider=home, name="B")
    await agent(resources, provider=home, name="A")
    agents = Selection.of(type(made))
    name, again = agents.place("name"), agents.place("name")
    homes, same = (agents.refer("provider_id", type(home)) for _ in range(2))
    found = await agents.records("WHERE name <> $1", "name ASC", "C")
    places = [homes.place("name"), same.place("id"), agents.place("provider_id")]
    assert name == again
    assert len(found[0]) == 1  # what was selected by then
    found = await agents.records("WHERE name <> $1", "name ASC", "C")
    assert [record[name] for record in found] == ["A", "B"]
    assert [[record[place] for place in places] for record in found] == [
        [home.name, home.id, home.id]
    ] * 2
