"""What an edit changes of a revised row is in the row, its newest revision, the audit log and the
answer."""

from collections.abc import Mapping
from typing import Any

import pytest

from rota.platform.kernel.events import Changes
from rota.platform.resources import Resources
from rota.platform.storage import revisions
from rota.platform.storage.pages import Page
from rota.platform.storage.revised import Fields, Name
from rota.tasks import service
from rota.tasks.service import list_revisions, update_task
from tests.conftest import GraphQL
from tests.house.edits import PLACES, Place, another, edited, lost, made, rows, selection, update
from tests.house.revised import NOUNS

TEXTS = [place for place in PLACES if "String" in place.type]


def test_A2_T3_every_input_has_places() -> None:
    paths = {str(place) for place in PLACES}
    assert {"agent.modelSettings.maxTokens", "agent.providerId", "task.requestSchema"} < paths
    assert {place.type for place in PLACES} >= {"[String!]", "Boolean", "Float", "OutputModeChoice"}


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_A2_T3_each_field_is_edited_everywhere(
    graphql: GraphQL, resources: Resources, place: Place
) -> None:
    assert await edited(graphql, resources, place, await made(resources, place)) == []


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_A2_T3_each_field_is_cleared_everywhere_or_cannot_be_null(
    graphql: GraphQL, resources: Resources, place: Place
) -> None:
    key, value = await made(resources, place), await another(resources, place)
    await update(graphql, place, key, value)
    before = await rows(place.noun, "id", key)
    answer = await update(graphql, place, key, None)
    if place.is_required:
        assert answer == {"issues": [{"path": [place.label]}]}
        assert await rows(place.noun, "id", key) == before
    else:
        assert await lost(graphql, place, key, (value, None), answer) == []


@pytest.mark.parametrize("noun", NOUNS)
async def test_A1_T1_a_new_one_has_each_field_everywhere(
    graphql: GraphQL, resources: Resources, noun: str
) -> None:
    values = {place: await another(resources, place) for place in PLACES if place.noun == noun}
    given: dict[str, Any] = {}
    for place, value in values.items():
        inner = given.get(place.label, {})
        given[place.label] = inner | {place.part: value} if place.part else value
    kind = noun.capitalize()
    shown = " ".join(selection(place.shown(kind)) for place in values)
    document = f"""mutation ($input: Create{kind}Input!) {{ create{kind}(input: $input) {{
        ... on Create{kind}Payload {{ {noun} {{ id {shown} }} }} }} }}"""
    answer = (await graphql(document, input=given))[f"create{kind}"]
    for place, value in values.items():
        found = await lost(graphql, place, answer[noun]["id"], (None, value), answer)
        assert found == [], place


@pytest.mark.parametrize("place", TEXTS, ids=str)
async def test_A1_T1_X8_no_text_takes_what_the_database_does_not(
    graphql: GraphQL, resources: Resources, place: Place
) -> None:
    key, text = await made(resources, place), "a\x00b"
    is_list = place.type.startswith("[")
    answer = await update(graphql, place, key, ["a", text] if is_list else text)
    path = [*place.path.split("."), *(["1"] if is_list else [])]
    assert answer == {"issues": [{"path": path}]}


async def without_revision(model: Any, row: Any, fields: Fields, *given: Any, **more: Any) -> None:
    some = {name: field for name, field in fields.items() if name != "description"}
    await revisions.keep_revision(model, row, some, *given, **more)


def without_audit(row: Any, given: Mapping[str, Any], fields: Fields) -> Changes:
    return revisions.write(row, given, fields) and {"other": (None, 1)}


async def without_row(row: Any, noun: str) -> None:
    await type(row).filter(id=row.id).update(revision=row.revision)


async def without_answer(work: Any, id: str, *given: Any) -> Any:
    before = await service.get_task(id)
    await update_task(work, id, *given)
    return before


class Forgetful(Page[Any]):
    """It can be read whole alone."""

    async def _read(self) -> Page[Any]:
        page = await super()._read()
        for row in page.rows:
            row.description = None
        return page

    async def records(self, _: Any) -> Any:
        raise NotImplementedError


def without_showing(*given: Any) -> Page[Any]:
    return Forgetful(**vars(list_revisions(*given)))


ALL = ["answer", "row", "revision", "shown revision", "audit"]
FAULTS: dict[str, tuple[Any, list[str]]] = {
    "REVISED": ({"name": Name()}, ALL),
    "save_named": (without_row, ["row"]),
    "keep_revision": (without_revision, ["revision", "shown revision"]),
    "write": (without_audit, ["audit"]),
    "update_task": (without_answer, ["answer"]),
    "list_revisions": (without_showing, ["shown revision"]),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_wherever_an_edit_does_not_arrive_is_found(
    graphql: GraphQL, resources: Resources, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The negative control of the tests before."""
    fault, found = FAULTS[name]
    [place] = [place for place in PLACES if str(place) == "task.description"]
    key = await made(resources, place)
    monkeypatch.setattr(service, name, fault)
    assert await edited(graphql, resources, place, key) == found
