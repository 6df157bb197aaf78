"""What is revised: of each noun the places where its fields are written out, under the names that
clients know."""

from dataclasses import fields
from importlib import import_module
from typing import Any

import asyncpg
from graphql import GraphQLInputObjectType, GraphQLObjectType

from rota.inference import settings
from rota.platform.storage.revised import label_of
from tests.conftest import SCHEMA

Places = dict[str, set[str]]

NOUNS = ("agent", "task")
# What stands in a row or a revision beside what an edit may change.
BESIDE_ROW = {"id", "nameKey", "revision", "createdAt", "updatedAt"}
BESIDE_REVISION = {"id", "revision", "createdAt", "createdBy"}
BESIDE = {
    "agent_revision": {"agentId", "providerName"},
    "task_revision": {"taskId"},
}
NOT_EDITED = {"id", "expectedRevision"}
# Where a GraphQL type shows it, if not under its own name.
ELSEWHERE = {"providerId": ("provider", "id")}


def module(noun: str, name: str) -> Any:
    return import_module(f"rota.{noun}s.{name}")


def type_named(name: str) -> Any:
    found = SCHEMA._schema.type_map[name]
    assert isinstance(found, (GraphQLObjectType, GraphQLInputObjectType))
    return found


async def places(noun: str, connection: asyncpg.Connection) -> Places:
    kind = noun.capitalize()
    slice_ = module(noun, "service")
    found = {
        "REVISED": _labels(slice_.REVISED),
        f"New{kind}": _labels(field.name for field in fields(getattr(slice_, f"New{kind}"))),
        f"{kind}Changes": _labels(getattr(slice_, f"{kind}Changes").__annotations__),
        f"Create{kind}Input": set(type_named(f"Create{kind}Input").fields),
        f"Update{kind}Input": set(type_named(f"Update{kind}Input").fields) - NOT_EDITED,
    }
    for table, more in ((noun, BESIDE_ROW), (f"{noun}_revision", BESIDE_REVISION)):
        model = getattr(module(noun, "models"), "".join(map(str.capitalize, table.split("_"))))
        beside = more | BESIDE.get(table, set())
        found[f"table {table}"] = _labels(await columns(connection, table)) - beside
        found[f"model {model.__name__}"] = _labels(model._meta.fields_db_projection) - beside
    known = set[str]().union(*found.values())
    for shown in (kind, f"{kind}Revision"):
        found[f"type {shown}"] = {label for label in known if shown_at(shown, label)}
    return found


def shown_at(kind: str, label: str) -> tuple[str, ...]:
    """The path to it in this GraphQL type; empty where it is not shown."""
    shown = type_named(kind).fields
    path = (label,) if label in shown else ELSEWHERE.get(label, (label,))
    return path if path[0] in shown else ()


def settings_places() -> Places:
    """Of what is in an agent's model settings."""
    return {
        "public_names": set(settings.public_names().values()),
        "ModelSettings": _labels(field.name for field in fields(settings.ModelSettings)),
        "SettingsChanges": _labels(settings.SettingsChanges.__annotations__),
        "type ModelSettings": set(type_named("ModelSettings").fields),
        "ModelSettingsInput": set(type_named("ModelSettingsInput").fields),
    }


def omissions(places: Places) -> list[str]:
    """What is written out in one place and not in another."""
    known = sorted(set[str]().union(*places.values()))
    return [
        f"{place} lacks {name}"
        for place, names in places.items()
        for name in known
        if name not in names
    ]


async def columns(connection: asyncpg.Connection, table: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = $1",
        table,
    )
    return [row["column_name"] for row in rows]


def _labels(names: Any) -> set[str]:
    return set(map(label_of, names))
