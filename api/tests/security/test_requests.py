"""X8: requests generated from the schema, as they come and aimed at rows that are there."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from graphql import (
    ArgumentNode,
    DocumentNode,
    Node,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
    parse_value,
    print_ast,
    visit,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema, nodes

from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from tests.access.factories import token
from tests.conftest import SCHEMA
from tests.dose import dose, examples, tried
from tests.http.bug import FAILS, a_bug
from tests.http.clients import Socket, open_socket
from tests.http.process import WebProcess
from tests.security.calm import NotCalm, on_socket, over_http
from tests.security.rows import Rows

# Each is sent as it is and aimed, by an owner and a viewer, over HTTP and on a socket.
DOCUMENTS = dose(125, 2_500)
VALUES = ("null", "0", "1e308", '"x"', "[]", '{type: "object"}', '{a: [{b: "\\u0000"}]}')
TIMES = ("2100-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z", "yesterday")
SCALARS: dict[str, Any] = {
    "JSON": st.sampled_from([parse_value(value) for value in VALUES]),
    "DateTime": st.sampled_from([nodes.String(moment) for moment in TIMES]),
}


def generated(mode: Mode) -> st.SearchStrategy[object]:
    return from_schema(
        SCHEMA._schema, custom_scalars=SCALARS, print_ast=lambda node: node, mode=mode
    )


class Aim(Visitor):
    """Puts ids that are there in the place of ids that are not."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows
        self._field = ""

    def enter_field(self, node: Any, *_: Any) -> None:
        self._field = node.name.value

    def enter_argument(self, node: Any, *_: Any) -> Node | None:
        return self._aimed(node)

    def enter_object_field(self, node: Any, *_: Any) -> Node | None:
        return self._aimed(node)

    def _aimed(self, node: ArgumentNode | ObjectFieldNode) -> Node | None:
        if not re.fullmatch(r"id|\w+Id", node.name.value):
            return None
        name = self._field if node.name.value == "id" else node.name.value[:-2]
        noun = re.findall(r"[A-Z]?[a-z]+", name)[-1].lower()
        ids = self._rows.get(noun)
        if not ids:
            return None
        chosen = ids[len(print_ast(node.value)) % len(ids)]
        return type(node)(name=node.name, value=StringValueNode(value=chosen))


@dataclass(frozen=True)
class Asker:
    """One role's way in, over HTTP and on a socket."""

    secret: str
    socket: Socket


@pytest.fixture
async def askers(web: WebProcess, resources: Resources) -> AsyncIterator[list[Asker]]:
    async with AsyncExitStack() as stack:
        found = []
        for role in (Role.OWNER, Role.VIEWER):
            _, secret = await token(resources, role)
            socket = await stack.enter_async_context(open_socket(web))
            await socket.sign_in(secret)
            found.append(Asker(secret, socket))
        yield found


@examples(DOCUMENTS)
@given(document=st.one_of(generated(Mode.POSITIVE), generated(Mode.NEGATIVE)))
async def test_X8_generated_requests_are_served_or_refused_and_nothing_breaks(
    document: DocumentNode, client: httpx.AsyncClient, askers: list[Asker], rows: Rows
) -> None:
    for text in (print_ast(document), print_ast(visit(document, Aim(rows)))):
        for asker in askers:
            await over_http(client, text, asker.secret)
            await on_socket(asker.socket, text)
            tried["requests generated from the schema"] += 2


async def test_X8_a_failure_inside_would_be_found(
    client: httpx.AsyncClient, askers: list[Asker]
) -> None:
    asker = askers[0]
    async with a_bug():
        with pytest.raises(NotCalm, match="INTERNAL"):
            await over_http(client, FAILS, asker.secret)
        with pytest.raises(NotCalm, match="INTERNAL"):
            await on_socket(asker.socket, FAILS)
