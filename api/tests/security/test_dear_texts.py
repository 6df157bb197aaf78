"""X8: what a text costs that takes long to put in order, wherever one is taken."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from graphql import get_named_type

from tests.conftest import SCHEMA
from tests.dose import tried
from tests.http.clients import ask, codes
from tests.http.process import WebProcess
from tests.security.inputs import TextField, taken, text_fields
from tests.security.measures import MEGABYTES, SECONDS, cost_of
from tests.security.rows import Rows

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells another process's peak"
)
# Marks of two classes, in turns: whoever puts them in order swaps each with all before it.
MARKS = "a" + "\u0301\u0323" * 400_000
TEXTS = {"marks": MARKS, "an address of marks": f"http://{MARKS}/", "marks of ids": f"rota_{MARKS}"}


def searches() -> Iterator[tuple[str, str, str]]:
    """Every query's argument that takes a text, as field, name and type."""
    root = SCHEMA._schema.query_type
    assert root is not None
    for field, definition in root.fields.items():
        for name, argument in definition.args.items():
            if get_named_type(argument.type).name in ("String", "ID"):
                yield field, name, str(argument.type)


FIELDS = list(text_fields())


async def check(
    web: WebProcess, client: httpx.AsyncClient, secret: str, document: str, **variables: object
) -> None:
    async with cost_of(web) as cost:
        answer = await ask(client, document, secret, variables=variables)
    assert set(codes(answer.json())) <= {"BAD_REQUEST"}, answer.text[:500]
    assert cost.seconds < SECONDS, cost
    assert cost.megabytes < MEGABYTES, cost
    tried["texts that take long to put in order"] += 1


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.mutation}-{field.name}")
async def test_X8_a_field_s_text_is_measured_before_it_is_put_in_order(
    field: TextField, web: WebProcess, client: httpx.AsyncClient, secret: str, targets: Rows
) -> None:
    for text in TEXTS.values():
        value = {**taken(field.mutation, targets), field.name: text}
        await check(web, client, secret, field.document, input=value)


@pytest.mark.parametrize("searched", list(searches()))
async def test_X8_a_search_is_measured_before_it_is_put_in_order(
    searched: tuple[str, str, str], web: WebProcess, client: httpx.AsyncClient, secret: str
) -> None:
    field, name, type_ = searched
    document = f"query ($text: {type_}) {{ {field}({name}: $text) {{ __typename }} }}"
    await check(web, client, secret, document, text=MARKS)
