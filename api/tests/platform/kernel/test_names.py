"""What may be a name, and when two names are the same."""

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.platform.kernel.errors import BadRequest, Issue, NameTaken
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
from tests.access.factories import token
from tests.agents.factories import agent
from tests.observe import stored
from tests.providers.factories import provider
from tests.tasks.factories import task

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
    ("a\u200bb", "ab"),
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
        "a\u200bb",
        "a  b",
        "İ",
        "a'; --",
        "שלום\u200f 1",
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
