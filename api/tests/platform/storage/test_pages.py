"""Pages in keyset order."""

import asyncio
import base64
from uuid import UUID

import pytest

from rota.audit.models import AuditEntry
from rota.platform.kernel.errors import BadRequest
from rota.platform.kernel.ids import new_id
from rota.platform.storage.pages import BY_NAME, NEWEST_FIRST, Order, Query, fetch_page
from rota.tasks.models import Task
from tests.migrations.rows import NOW

pytestmark = pytest.mark.usefixtures("resources")


async def tasks(*names: str) -> None:
    await Task.bulk_create(
        Task(
            id=new_id(), name=name, name_key=name, response_schema={}, created_at=NOW,
            updated_at=NOW,
        )
        for name in names
    )  # fmt: skip


async def entry() -> UUID:
    row = await AuditEntry.create(
        id=new_id(), at=NOW, actor="Ada", action="thing.done", subject_id=new_id(),
        subject_name="Thing", changes={},
    )  # fmt: skip
    made: UUID = row.id
    return made


@pytest.mark.parametrize("first", [1, 2, 3, 7, 100])
async def test_A1_pages_give_every_row_once_and_in_order(first: int) -> None:
    names = sorted(f"{letter}{number}" for letter in "aÄß'\\" for number in range(5))
    await tasks(*reversed(names))
    seen: list[str] = []
    after = None
    while True:
        page = await fetch_page(Query(Task), BY_NAME, first, after, default=50)
        assert page.has_previous == (after is not None)
        assert len(page.rows) <= first
        assert await page.count() == len(names)
        seen += [row.name for row in page.rows]
        if not page.has_next:
            break
        after = page.cursor(page.rows[-1])
    assert seen == names


async def test_A1_rows_that_come_meanwhile_neither_hide_nor_repeat_others() -> None:
    before = {await entry() for _ in range(40)}
    added: set[UUID] = set()
    seen: list[UUID] = []
    after, more = None, True
    while more:
        reading = fetch_page(Query(AuditEntry), NEWEST_FIRST, 3, after, default=50)
        page, *new = await asyncio.gather(reading, entry(), entry(), entry())
        added.update(new)
        seen += [row.id for row in page.rows]
        after, more = page.cursor(page.rows[-1]), page.has_next
    assert len(added) >= len(before)
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert before <= set(seen) <= before | added


async def test_A1_rows_that_go_meanwhile_hide_no_others() -> None:
    await tasks("a", "b", "c", "d")
    page = await fetch_page(Query(Task), BY_NAME, 2, None, default=50)
    after = page.cursor(page.rows[-1])
    await Task.filter(name="b").delete()
    rest = await fetch_page(Query(Task), BY_NAME, 2, after, default=50)
    assert [row.name for row in rest.rows] == ["c", "d"]
    assert not rest.has_next


async def test_A1_a_page_keeps_to_its_filter() -> None:
    await tasks("a1", "b1", "a2", "b2", "a3")
    query = Query(Task).where("position({} IN name_key) > 0", "a")
    page = await fetch_page(query, BY_NAME, 2, None, default=50)
    rest = await fetch_page(query, BY_NAME, 2, page.cursor(page.rows[-1]), default=50)
    assert [row.name for row in [*page.rows, *rest.rows]] == ["a1", "a2", "a3"]
    assert (await page.count(), await rest.count()) == (3, 3)


async def test_a_page_of_nothing() -> None:
    page = await fetch_page(Query(Task), BY_NAME, None, None, default=50)
    assert (page.rows, page.has_next, page.has_previous) == ([], False, False)
    assert await page.count() == 0


async def test_without_a_number_a_page_has_the_default() -> None:
    await tasks("a", "b", "c")
    page = await fetch_page(Query(Task), BY_NAME, None, None, default=2)
    assert (len(page.rows), page.has_next) == (2, True)


@pytest.mark.parametrize("first", [0, -1, 101, 2**31, -(2**63), 10**400])
async def test_X8_a_senseless_number_of_rows_is_refused(first: int) -> None:
    with pytest.raises(BadRequest, match="`first` must be from 1 to 100"):
        await fetch_page(Query(Task), BY_NAME, first, None, default=50)


def encoded(text: str | bytes) -> str:
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return base64.urlsafe_b64encode(content).decode()


NOBODY = "01890000-0000-7000-8000-000000000000"
BROKEN = [
    "x", "=", "ü", "\x00", "\ud800", "a" * 100_000, encoded("text"), encoded("{}"),
    encoded("null"), encoded("1"), encoded("[]"), encoded('["id"]'), encoded('["id","a","b"]'),
    encoded('{"id":1,"b":2}'), encoded('["id",1]'), encoded('["id",null]'), encoded('["id",["a"]]'),
    encoded('["id","no id"]'), encoded(f'["created_at","{NOBODY}"]'), encoded('["id","\\u0000"]'),
    encoded('["name_key","a\\u0000"]'), encoded('["name_key","\\ud800"]'), encoded("[" * 100_000),
    encoded(b"\xff\xfe"), encoded('["id",NaN]'), encoded("1" * 5000),
]  # fmt: skip


@pytest.mark.parametrize("cursor", BROKEN)
@pytest.mark.parametrize("order", [BY_NAME, NEWEST_FIRST])
async def test_X8_a_broken_cursor_is_refused(order: Order, cursor: str) -> None:
    await tasks("a")
    with pytest.raises(BadRequest, match="`after` is not a cursor of this list"):
        await fetch_page(Query(Task), order, 1, cursor, default=50)


async def test_X8_a_cursor_of_another_order_is_refused() -> None:
    await tasks("a", "b")
    page = await fetch_page(Query(Task), BY_NAME, 1, None, default=50)
    with pytest.raises(BadRequest, match="`after` is not a cursor of this list"):
        await fetch_page(Query(Task), NEWEST_FIRST, 1, page.cursor(page.rows[0]), default=50)
