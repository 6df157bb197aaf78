"""The audit log: written with every change, read by owners."""

import pytest

from rota.access import service as access
from rota.audit import service
from rota.audit.models import AuditEntry
from rota.platform.kernel.actor import SYSTEM, Actor, Role
from rota.platform.kernel.errors import BadRequest, Forbidden, NotFound
from rota.platform.resources import Resources
from rota.platform.unit_of_work import unit_of_work
from rota.wiring import RULES
from tests.access.factories import revoke, session, token
from tests.conftest import GraphQL
from tests.observe import subscriber

ADDED = "subscription { auditEntryAdded { actor action subjectName changes } }"
ENTRIES = """
query ($first: Int, $after: String, $subjectId: ID) {
  auditEntries(first: $first, after: $after, subjectId: $subjectId) {
    totalCount
    nodes { id at actor action subjectId subjectName changes }
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def test_entries_tell_who_did_what_newest_first(
    graphql: GraphQL, resources: Resources
) -> None:
    token_id, secret = await token(resources, Role.VIEWER, name="build")
    await revoke(resources, token_id)
    await session(resources, name="Bob")
    answer = (await graphql(ENTRIES))["auditEntries"]
    assert [(e["actor"], e["action"], e["subjectName"]) for e in answer["nodes"]] == [
        ("Bob", "session.created", "Bob"),
        ("rota", "token.revoked", "build"),
        ("rota", "token.created", "build"),
    ]
    assert answer["nodes"][2]["changes"] == {
        "role": [None, "VIEWER"],
        "expiresAt": [None, None],
    }
    assert secret not in str(answer)


async def test_entries_of_one_subject_come_by_pages(graphql: GraphQL, resources: Resources) -> None:
    await session(resources, name="Bob")
    token_id, _ = await token(resources, name="build")
    await revoke(resources, token_id)
    page = (await graphql(ENTRIES, subjectId=str(token_id), first=1))["auditEntries"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    assert [entry["action"] for entry in page["nodes"]] == ["token.revoked"]
    after = page["pageInfo"]["endCursor"]
    rest = (await graphql(ENTRIES, subjectId=str(token_id), after=after))["auditEntries"]
    assert [entry["action"] for entry in rest["nodes"]] == ["token.created"]
    assert (await graphql(ENTRIES, subjectId="x"))["auditEntries"]["nodes"] == []


async def test_what_is_done_reaches_an_owner_who_watches(resources: Resources) -> None:
    async with subscriber(resources, ADDED, Role.OWNER) as client:
        token_id, secret = await token(resources, Role.VIEWER, name="build")
        heard = [await client.next()]
        await revoke(resources, token_id)
        heard.append(await client.next())
    told = [(entry["actor"], entry["action"], entry["subjectName"]) for entry in heard]
    assert told == [("rota", "token.created", "build"), ("rota", "token.revoked", "build")]
    assert heard[1]["changes"] == {"role": ["VIEWER", None]}
    assert secret not in str(heard)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.EDITOR], ids=lambda r: r.name)
async def test_X3_only_an_owner_reads_the_audit_log(role: Role, resources: Resources) -> None:
    with pytest.raises(Forbidden):
        await service.list_entries(Actor("Eve", role), None, None, None)


async def test_a_page_of_another_size_is_refused(resources: Resources) -> None:
    for first in (0, -1, 101, 2**31 - 1):
        with pytest.raises(BadRequest):
            await service.list_entries(SYSTEM, first, None, None)


async def test_what_is_refused_leaves_no_entry(resources: Resources) -> None:
    async def create_and_fail() -> None:
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            await access.create_api_token(work, "build", Role.VIEWER, None)
            assert await AuditEntry.all().count() == 1
            await access.revoke_session(work, "x")

    with pytest.raises(NotFound):
        await create_and_fail()
    assert await AuditEntry.all().count() == 0
