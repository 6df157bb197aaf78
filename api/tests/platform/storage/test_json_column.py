"""JSON columns: a value is a value, also where it looks like JSON text."""

import json
from typing import Any

import pytest

from rota.audit.models import AuditEntry
from rota.platform.kernel.ids import new_id
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.providers.models import Provider
from tests.migrations.rows import NOW
from tests.providers.factories import provider

VALUES: list[Any] = [
    "true", "null", "1", '"text"', '{"a":1}', "[1]", "", "{", 'a"b\\', "ä🔑", "\\u0000",
    True, None, 0, -1.5, 10**400, [], {}, [None], {"b": 1, "a": {"z": 1, "y": [True, "1"]}},
]  # fmt: skip


async def kept(value: Any) -> Any:
    """The value after a trip through a json column, written and read as a row."""
    entry = await AuditEntry.create(
        id=new_id(), at=NOW, actor="Ada", action="thing.done", subject_id=new_id(),
        subject_name="Thing", changes={"value": value},
    )  # fmt: skip
    return (await AuditEntry.get(id=entry.id)).changes["value"]


@pytest.mark.usefixtures("resources")
@pytest.mark.parametrize("value", VALUES)
async def test_X8_a_json_column_gives_back_what_it_got(value: Any) -> None:
    read = await kept(value)
    assert read == value
    assert json.dumps(read) == json.dumps(value)  # the order of keys, and true is not 1


@pytest.mark.usefixtures("resources")
@pytest.mark.parametrize("kind", ["json", "jsonb"])
@pytest.mark.parametrize("value", ["true", "1", '{"a":1}', "null", "", True, 0, [], {"a": "1"}])
async def test_X8_a_statement_takes_and_gives_values_too(kind: str, value: Any) -> None:
    (row,) = await fetch(f"SELECT $1::{kind} AS value, {kind}_typeof($1::{kind}) AS type", value)
    assert row["value"] == value
    types = {bool: "boolean", str: "string", int: "number", list: "array", dict: "object"}
    assert row["type"] == types[type(value)]


@pytest.mark.usefixtures("resources")
async def test_no_value_is_null_in_the_database() -> None:
    rows = await fetch("SELECT $1::json IS NULL AS is_null, 'null'::json IS NULL AS other", None)
    assert rows == [{"is_null": True, "other": False}]


async def test_X8_a_list_of_texts_that_look_like_json_stays_one(resources: Resources) -> None:
    row = await provider(resources)
    await Provider.filter(id=row.id).update(models=["true", '{"a":1}'])
    assert (await Provider.get(id=row.id)).models == ["true", '{"a":1}']
    row.models = ["[1]", "null"]
    await row.save()
    assert (await Provider.get(id=row.id)).models == ["[1]", "null"]
