"""Edits a revised row over GraphQL, one field at a time, and looks for the new value wherever it
has to be by then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
)

from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.storage.revised import Field, label_of
from tests.agents.factories import agent
from tests.conftest import SCHEMA, GraphQL
from tests.house.revised import NOT_EDITED, NOUNS, module, shown_at, type_named
from tests.providers.factories import provider
from tests.tasks.factories import task

FACTORIES: dict[str, Any] = {"agent": agent, "task": task}
AUDIT = "query ($id: ID!) { auditEntries(first: 1, subjectId: $id) { nodes { changes } } }"


@dataclass(frozen=True)
class Place:
    """A field of a noun's inputs, or a part of one. `type` is GraphQL's, without a last mark that
    it is not null."""

    noun: str
    label: str
    part: str | None
    type: str

    def __str__(self) -> str:
        return f"{self.noun}.{self.path}"

    @property
    def path(self) -> str:
        """As the audit log names it."""
        return f"{self.label}.{self.part}" if self.part else self.label

    @property
    def kind(self) -> str:
        return self.noun.capitalize()

    def given(self, value: Any) -> dict[str, Any]:
        return {self.label: {self.part: value} if self.part else value}

    def shown(self, kind: str) -> tuple[str, ...]:
        return shown_at(kind, self.label) + ((self.part,) if self.part else ())

    @property
    def is_required(self) -> bool:
        field: Field = _by_label(module(self.noun, "service").REVISED)[self.label]
        return field.is_required

    def stored(self, row: Mapping[str, Any]) -> Any:
        value = _by_label(row)[self.label]
        return _by_label(value).get(self.part) if self.part else value


def _by_label(row: Mapping[str, Any]) -> dict[str, Any]:
    return {label_of(name): value for name, value in row.items()}


def places(noun: str) -> list[Place]:
    """All that can be edited."""
    found = []
    for label, field in type_named(f"Update{noun.capitalize()}Input").fields.items():
        type_ = get_named_type(field.type)
        if isinstance(type_, GraphQLInputObjectType):
            for part, inner in type_.fields.items():
                found.append(Place(noun, label, part, _nullable(inner.type)))
        elif label not in NOT_EDITED:
            found.append(Place(noun, label, None, _nullable(field.type)))
    return found


def _nullable(type_: Any) -> str:
    return str(get_nullable_type(type_))


PLACES = [place for noun in NOUNS for place in places(noun)]


async def another(resources: Resources, place: Place) -> Any:
    """A value that it does not have."""
    match place.type:
        case "ID":
            return str((await provider(resources)).id)
        case "JSON":
            return {"type": "object", "title": place.label}
        case "String":
            return f"Another {place.label}"
        case "[String!]":
            return [f"Another {place.part}", "and one more"]
        case "Boolean":
            return True
        case "Int" | "Float":
            return 1
    enum = SCHEMA._schema.type_map[place.type]
    assert isinstance(enum, GraphQLEnumType)
    return list(enum.values)[-1]


async def made(resources: Resources, place: Place) -> str:
    """The id of a new one."""
    return str((await FACTORIES[place.noun](resources)).id)


async def edited(graphql: GraphQL, resources: Resources, place: Place, id: str) -> list[str]:
    """Where the new value has not arrived, once this field alone was edited."""
    before = place.stored((await rows(place.noun, "id", id))[0])
    value = await another(resources, place)
    answer = await update(graphql, place, id, value)
    return await lost(graphql, place, id, (before, value), answer)


async def update(graphql: GraphQL, place: Place, id: str, value: Any) -> Any:
    """What it answers: the noun with this field alone, or which issues it has."""
    kind = place.kind
    document = f"""mutation ($input: Update{kind}Input!) {{ update{kind}(input: $input) {{
        ... on InvalidInputError {{ issues {{ path }} }}
        ... on Update{kind}Payload {{ {place.noun} {{ {selection(place.shown(kind))} }} }} }} }}"""
    answer = await graphql(document, input={"id": id, **place.given(value)})
    return answer.get(f"update{kind}", answer)


async def lost(
    graphql: GraphQL, place: Place, id: str, change: tuple[Any, Any], answer: Any
) -> list[str]:
    """Where the value after the change is not what is there."""
    [row] = await rows(place.noun, "id", id)
    revision = (await rows(f"{place.noun}_revision", f"{place.noun}_id", id))[-1]
    entry = (await graphql(AUDIT, id=id))["auditEntries"]["nodes"][0]["changes"]
    after = {
        "answer": at(answer.get(place.noun), place.shown(place.kind)),
        "row": place.stored(row),
        "revision": place.stored(revision),
        "shown revision": await shown_revision(graphql, place, id),
    }
    found = [where for where, value in after.items() if value != change[1]]
    return found if entry.get(place.path, [None, None]) == list(change) else [*found, "audit"]


async def shown_revision(graphql: GraphQL, place: Place, id: str) -> Any:
    """The field as the newest revision shows it."""
    revisions, path = f"{place.noun}Revisions", place.shown(f"{place.kind}Revision")
    document = f"""query ($id: ID!) {{ {revisions}({place.noun}Id: $id, first: 1) {{
        nodes {{ {selection(path)} }} }} }}"""
    return at((await graphql(document, id=id))[revisions]["nodes"][0], path)


async def rows(table: str, column: str, id: str) -> list[dict[str, Any]]:
    found = await fetch(
        f"SELECT to_jsonb(t) AS row FROM {table} t WHERE {column} = $1 ORDER BY revision", id
    )
    return [record["row"] for record in found]


def selection(path: tuple[str, ...]) -> str:
    return " { ".join(path) + " }" * (len(path) - 1)


def at(shown: Any, path: tuple[str, ...]) -> Any:
    """None where the way there ends."""
    for name in path:
        shown = shown and shown.get(name)
    return shown
