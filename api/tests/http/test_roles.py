"""X3: who may use each field, found out from the schema itself, over HTTP and on a socket."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import pytest
from graphql import (
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_object_type,
)

from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from tests.access.factories import expired_token, revoked_token, token
from tests.conftest import SCHEMA
from tests.dose import tried
from tests.http.clients import GRAPHQL_JSON, Socket, ask, codes, open_socket
from tests.http.oracle import INTROSPECTION, RootField, needed, root_fields
from tests.http.process import WebProcess

OWNER_TYPES = {"ApiToken", "Session", "AuditEntry"}
REFUSALS = {"FORBIDDEN", "UNAUTHENTICATED", "INTERNAL"}
Credential = Callable[[Resources], Awaitable[str | None]]


async def _none(_: Resources) -> None:
    return None


async def _bad(_: Resources) -> str:
    return "rota_" + "x" * 43


NOT_LET_IN: dict[str, Credential] = {
    "none": _none,
    "bad": _bad,
    "expired": expired_token,
    "revoked": revoked_token,
}


@pytest.fixture
async def fields(client: httpx.AsyncClient, secret: str) -> Sequence[RootField]:
    found = list(root_fields((await ask(client, INTROSPECTION, secret)).json()["data"]))
    assert len(found) > 40
    return found


@pytest.fixture
async def socket(web: WebProcess) -> AsyncIterator[Socket]:
    async with open_socket(web) as socket:
        yield socket


async def over_http(client: httpx.AsyncClient, field: RootField, secret: str) -> set[str]:
    return set(codes((await ask(client, field.document, secret)).json()))


async def on_socket(socket: Socket, field: RootField) -> set[str]:
    """For a subscription: what it is refused with before a question asked after it is answered."""
    await socket.subscribe(field.name, field.document)
    if field.kind == "subscription":
        await socket.subscribe("after", "{ providers { totalCount } }")
    found: set[str] = set()
    while True:
        message = await socket.next()
        if message["type"] == "next":
            found |= set(codes(message["payload"]))
        elif message["type"] == "error":
            found |= set(codes({"errors": message["payload"]}))
        if message["type"] != "next" and (message["id"] == "after" or field.kind != "subscription"):
            await socket.send({"id": field.name, "type": "complete"})
            return found & REFUSALS


def mistakes(
    seen: dict[RootField, set[str]], role: Role, oracle: Callable[[str, str], Role] = needed
) -> dict[str, set[str]]:
    """The fields that let in whom they should not, or the other way round."""
    tried["cells of the matrix of fields, credentials and transports"] += len(seen)
    return {
        field.name: found
        for field, found in seen.items()
        if (found & REFUSALS) != ({"FORBIDDEN"} if role < oracle(field.kind, field.name) else set())
    }


@pytest.mark.parametrize("role", Role, ids=lambda role: role.name)
async def test_X3_each_field_lets_in_the_roles_of_the_contract_over_http(
    role: Role, client: httpx.AsyncClient, fields: Sequence[RootField], resources: Resources
) -> None:
    _, secret = await token(resources, role)
    seen = {
        field: await over_http(client, field, secret)
        for field in fields
        if field.kind != "subscription"
    }
    assert not mistakes(seen, role)


@pytest.mark.parametrize("role", Role, ids=lambda role: role.name)
async def test_X3_each_field_lets_in_the_roles_of_the_contract_on_a_socket(
    role: Role, socket: Socket, fields: Sequence[RootField], resources: Resources
) -> None:
    _, secret = await token(resources, role)
    await socket.sign_in(secret)
    seen = {field: await on_socket(socket, field) for field in fields}
    assert not mistakes(seen, role)


async def test_X3_a_field_that_lets_in_too_many_is_found(
    client: httpx.AsyncClient, fields: Sequence[RootField], resources: Resources
) -> None:
    _, secret = await token(resources, Role.VIEWER)
    seen = {f: await over_http(client, f, secret) for f in fields if f.kind == "query"}

    def stricter(kind: str, name: str) -> Role:
        return Role.OWNER if name == "agents" else needed(kind, name)

    assert mistakes(seen, Role.VIEWER, stricter) == {"agents": set()}


@pytest.mark.parametrize("credential", NOT_LET_IN)
async def test_X1_no_field_answers_without_valid_credentials(
    credential: str, client: httpx.AsyncClient, fields: Sequence[RootField], resources: Resources
) -> None:
    secret = await NOT_LET_IN[credential](resources)
    for field in fields:
        for accept in ("application/json", GRAPHQL_JSON):
            response = await ask(client, field.document, secret, accept=accept)
            assert response.status_code == 401
            assert "data" not in response.json()
            assert codes(response.json()) == ["UNAUTHENTICATED"]
        tried["cells of the matrix of fields, credentials and transports"] += 1


@pytest.mark.parametrize("credential", NOT_LET_IN)
async def test_X2_a_socket_without_valid_credentials_is_closed_with_4401(
    credential: str, socket: Socket, fields: Sequence[RootField], resources: Resources
) -> None:
    secret = await NOT_LET_IN[credential](resources)
    await (socket.init(authorization=f"Bearer {secret}") if secret else socket.init())
    assert await socket.closed() == 4401
    # Before anything can be asked: that is every field there is.
    tried["cells of the matrix of fields, credentials and transports"] += len(fields)


def reachable(schema: GraphQLSchema, role: Role) -> set[str]:
    """The types that somebody of this role can ask for, at any depth."""
    roots = {
        "query": schema.query_type,
        "mutation": schema.mutation_type,
        "subscription": schema.subscription_type,
    }
    found: set[str] = set()
    waiting = [
        field.type
        for kind, root in roots.items()
        for name, field in (root.fields.items() if root else ())
        if needed(kind, name) <= role
    ]
    while waiting:
        type_ = get_named_type(waiting.pop())
        if type_.name in found:
            continue
        found.add(type_.name)
        if is_abstract_type(type_):
            waiting += schema.get_possible_types(type_)
        if is_object_type(type_) or is_interface_type(type_):
            waiting += [field.type for field in type_.fields.values()]
    return found


@pytest.mark.parametrize("role", Role, ids=lambda role: role.name)
def test_X3_what_only_owners_read_is_reached_through_no_other_field(role: Role) -> None:
    types = reachable(SCHEMA._schema, role)
    assert "Provider" in types
    assert OWNER_TYPES & types == (OWNER_TYPES if role is Role.OWNER else set())


def test_X3_a_way_round_to_what_only_owners_read_would_be_found() -> None:
    schema = build_schema("""
        type Query { agent: Agent  apiTokens: [ApiToken] }
        type Agent { runs: [Run!]! }
        type Run { startedWith: ApiToken }
        type ApiToken { id: ID }
    """)
    assert "ApiToken" in reachable(schema, Role.VIEWER)
