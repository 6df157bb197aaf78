"""What may be a name, and when two names are the same."""

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.agents.service import update_agent
from rota.platform.kernel.actor import SYSTEM
from rota.platform.kernel.errors import BadRequest, InvalidInput, Issue, NameTaken
from rota.platform.kernel.names import (
    MAX_NAME_LENGTH,
    clean_name,
    is_storable,
    name_issues,
    name_key,
    search_key,
    search_text,
    text_issues,
)
from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.unit_of_work import unit_of_work
from rota.providers.service import update_provider
from rota.wiring import RULES
from tests.access.factories import token
from tests.agents.factories import agent
from tests.observe import stored
from tests.providers.factories import provider
from tests.tasks.factories import task

# The property Default_Ignorable_Code_Point of Unicode, but for what is no character yet.
IGNORABLE = list(
    map(chr, [
        0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810),
        *range(0x200B, 0x2010), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF,
        0xFFA0, *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), 0xE0001,
        *range(0xE0020, 0xE0080), *range(0xE0100, 0xE01F0),
    ])
)  # fmt: skip
UNSEEN_AT_WORK = [
    "❤\ufe0f",
    "ℹ\ufe0f Auskunft",
    "1\ufe0f\u20e3",
    "👩\u200d💻",
    "👩🏽\u200d🚀",
    "🏳\ufe0f\u200d🌈",
    "می\u200cخواهم",
    "نامه\u200cها",
    "क्\u200dष",
    "क्\u200cष",
    "ශ්\u200dරී",
]
SAME = [
    ("Straße", "STRASSE"),
    ("straße", "Strasse"),
    ("İstanbul", "i\u0307stanbul"),
    ("Café", "CAFE\u0301"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("\u212bngström", "ångström"),
    ("  Ada\u00a0", "ada"),
    ("ﬁne", "FINE"),
]
DIFFERENT = [
    ("İstanbul", "Istanbul"),
    ("ı", "i"),
    ("Cafe", "Café"),
    ("a b", "a  b"),
    ("a", "а"),
    ("x²", "x2"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_P1_names_that_differ_in_case_or_form_are_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_P1_other_names_are_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(("one", "other"), SAME)
async def test_P1_A1_T1_the_same_name_is_taken_in_every_list(
    resources: Resources, one: str, other: str
) -> None:
    home = await provider(resources, name=one)
    await agent(resources, name=one, provider=home)
    await task(resources, name=one)
    await token(resources, name=one)
    before = await stored("provider", "agent", "task", "api_token")
    with pytest.raises(NameTaken):
        await provider(resources, name=other)
    with pytest.raises(NameTaken):
        await agent(resources, name=other, provider=home)
    with pytest.raises(NameTaken):
        await task(resources, name=other)
    with pytest.raises(NameTaken):
        await token(resources, name=other)
    assert await stored("provider", "agent", "task", "api_token") == before


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
async def test_P1_other_names_stand_beside_each_other(
    resources: Resources, one: str, other: str
) -> None:
    await task(resources, name=one)
    assert (await task(resources, name=other)).name == other


@given(st.text())
@settings(max_examples=300, deadline=None, database=None)
def test_a_key_is_its_own_key(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    assert name_key(clean_name(text)) == name_key(text)


def test_no_sign_is_put_together_from_more_than_four() -> None:
    """So a name of a hundred may be typed with four hundred."""
    assert max(len(unicodedata.normalize("NFD", chr(n))) for n in range(sys.maxunicode)) == 4
    assert max(len(chr(n).casefold()) for n in range(sys.maxunicode)) == 3


@given(st.text(max_size=50), st.text(alphabet="e\u0301\u0323ᾂ \u2001\u3000", max_size=300))
@settings(max_examples=300, deadline=None, database=None)
def test_a_name_that_is_not_far_too_long_is_kept_composed(text: str, more: str) -> None:
    both = text + more
    assert clean_name(both) == unicodedata.normalize("NFC", both).strip()
    folded = unicodedata.normalize("NFC", clean_name(both).casefold())
    assert name_key(both) == folded


MARKS = "a" + "\u0301\u0323" * 1_000_000


@pytest.mark.parametrize("read", [clean_name, name_key], ids=lambda read: read.__name__)
def test_X8_marks_without_an_end_are_not_put_in_order(read: Callable[[str], str]) -> None:
    """It would take hours."""
    assert name_issues(read(MARKS)) == [Issue(("name",), "A name has at most 100 characters.")]


@pytest.mark.parametrize("read", [search_text, search_key], ids=lambda read: read.__name__)
@pytest.mark.parametrize("text", [MARKS, "x" * 401, f" {MARKS} "])
def test_X8_a_search_longer_than_any_name_is_found_in_none(
    read: Callable[[str], str], text: str
) -> None:
    longest = name_key("\u0390" * MAX_NAME_LENGTH)  # three signs each, without regard to case
    assert len(longest) < len(read(text)) < 2_000


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "x" * MAX_NAME_LENGTH,
        "ß" * MAX_NAME_LENGTH,
        "🔑",
        "a  b",
        "İ",
        "a'; --",
        "שלום 1",
    ],
)
def test_a_good_name_has_no_issue(name: str) -> None:
    assert name_issues(clean_name(name)) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *[(name, "A name is needed.") for name in ("", " ", "\t\n", "\u00a0\u2003")],
        ("x" * (MAX_NAME_LENGTH + 1), "A name has at most 100 characters."),
        *[
            (f"a{sign}b", "A name has no line breaks or control characters.")
            for sign in (
                "\n",
                "\x00",
                "\x1b",
                "\x7f",
                "\x85",
                "\u2028",
                "\u2029",
                "\ud800",
                "\udfff",
            )
        ],
        *[
            (f"a{sign}b", "A name has no characters that change the direction of writing.")
            for sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ],
    ],
)
def test_X8_a_bad_name_has_its_reason(name: str, why: str) -> None:
    assert name_issues(clean_name(name)) == [Issue(("name",), why)]
    assert name_issues(clean_name(name), "title") == [Issue(("title",), why)]


def refused(name: str) -> str | None:
    issues = name_issues(clean_name(name))
    return issues[0].message if issues else None


@pytest.mark.parametrize("name", UNSEEN_AT_WORK)
def test_a_sign_that_does_something_where_it_stands_is_no_hidden_one(name: str) -> None:
    assert refused(name) is None
    plain = name.translate(dict.fromkeys(map(ord, "\u200c\u200d\ufe0f")))
    assert plain != name
    assert refused(plain) is None


@pytest.mark.parametrize("sign", ["\u200c", "\u200d", "\ufe0f"])
@pytest.mark.parametrize("name", ["Billing Bot", "Größe 1", "Счёт", "请求", "דוח", "دار", "❤"])
def test_the_same_sign_elsewhere_is_refused(name: str, sign: str) -> None:
    places = [f"{name[:place]}{sign}{name[place:]}" for place in range(len(name) + 1)]
    allowed = [f"{name}{sign}"] if name == "❤" and sign == "\ufe0f" else []
    assert [one for one in places if refused(one) is None] == allowed


@given(
    name=st.sampled_from(["Billing Bot", "a", "請求", "🔑"]),
    place=st.integers(0, 11),
    data=st.data(),
)
@settings(max_examples=500, deadline=None, database=None)
def test_no_name_looks_like_another_by_a_sign_that_is_not_seen(
    name: str, place: int, data: st.DataObject
) -> None:
    sign = data.draw(st.sampled_from(IGNORABLE))
    changed = name[:place] + sign + name[place:]
    if clean_name(changed) != name and not (name == "🔑" and sign == "\ufe0f" and place > 0):
        assert refused(changed) is not None


@pytest.mark.parametrize(
    "name", ["\u3164", "\u2800", "\u2800 \u2800", "\ufe0f", "\u115f\u1160", "\u00ad"]
)
def test_a_name_that_shows_nothing_is_none(name: str) -> None:
    assert refused(name) is not None


def test_a_name_of_braille_is_one() -> None:
    assert refused("⠁\u2800⠃") is None


async def test_a_stored_name_stays_when_something_else_is_changed(resources: Resources) -> None:
    home = await provider(resources, name="Home")
    worker = await agent(resources, name="Agent", provider=home)
    for table in ("provider", "agent"):
        await fetch(f"UPDATE {table} SET name = name || chr(8203)")
    async with unit_of_work(resources, RULES, SYSTEM) as work:
        kept = await update_provider(work, str(home.id), {"is_active": False}, None)
        same = await update_agent(
            work, str(worker.id), {"name": "Agent\u200b", "description": "New."}, None
        )
        with pytest.raises(InvalidInput, match="invisible"):
            await update_provider(work, str(home.id), {"name": "Home\u200b\u200b"}, None)
        with pytest.raises(InvalidInput, match="invisible"):
            await update_agent(work, str(worker.id), {"name": "Agents\u200b"}, None)
    assert (kept.name, same.name, same.description) == ("Home\u200b", "Agent\u200b", "New.")


@pytest.mark.parametrize("name", ["rota", " Rota ", "ROTA"])
async def test_a_token_is_not_called_as_rota_itself(resources: Resources, name: str) -> None:
    with pytest.raises(InvalidInput, match="Rota itself"):
        await token(resources, name=name)


def test_a_name_is_counted_as_it_is_kept() -> None:
    decomposed = "e\u0301" * MAX_NAME_LENGTH
    assert len(decomposed) == 2 * MAX_NAME_LENGTH
    assert name_issues(clean_name(f"  {decomposed}  ")) == []


@pytest.mark.parametrize(
    ("value", "required", "why"),
    [
        (None, True, "This is needed."),
        ("", True, "This is needed; it cannot be blank."),
        (" \n\u2003", True, "This is needed; it cannot be blank."),
        ("x" * 1001, False, "At most 1,000 characters; this has 1,001."),
        ("a\x00", False, "This contains a NUL character or a broken surrogate."),
        ("\ud83d", True, "This contains a NUL character or a broken surrogate."),
    ],
)
def test_X8_a_bad_text_has_its_reason(value: str | None, required: bool, why: str) -> None:
    assert text_issues(value, "text", 1000, required=required) == [Issue(("text",), why)]


@pytest.mark.parametrize("value", [None, "", " ", "x" * 1000, "line\nline", "🔑"])
def test_a_good_text_has_no_issue(value: str | None) -> None:
    assert text_issues(value, "text", 1000) == []


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfff", "\udc00\ud800"])
def test_X8_nobody_searches_for_what_no_name_has(text: str) -> None:
    assert not is_storable(text)
    for search in (search_key, search_text):
        with pytest.raises(BadRequest, match="`search` has a NUL character or a broken surrogate"):
            search(text)


def test_a_search_is_read_like_a_name() -> None:
    assert search_key(" CAFE\u0301 ") == name_key("Café")
    assert search_text(" CAFE\u0301 ") == "CAFÉ"
