"""P3: a list of models is read in every shape that servers give it: no name is lost or made up."""

import codecs
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.providers.addresses import origin
from rota.providers.model_lists import MAX_MODEL_NAME_LENGTH, model_page, read_json
from rota.providers.servers import server_of

quick = settings(max_examples=250, deadline=None, database=None)
URL = "https://models.test:8443/v1/models"
KINDS = ("generic", "ollama")

LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.:/@é"
NAMES = st.text(LETTERS, min_size=1, max_size=12) | st.just("x" * MAX_MODEL_NAME_LENGTH)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "models", "id", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
# What stands where a name is looked for, and is none.
NO_NAMES = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.sampled_from(["", " ", "\n", "two\nlines", "nul\x00", "\ufffd", "\ud800", "x" * 201])
    | st.lists(NAMES, max_size=2)
    | st.dictionaries(st.sampled_from(["id", "name", "value"]), NAMES, max_size=2)
)
BESIDE = st.dictionaries(
    st.sampled_from(["object", "created", "owned_by", "x"]), SCALARS, max_size=2
)


def described(key: str) -> Callable[[str], st.SearchStrategy[dict[str, Any]]]:
    return lambda name: BESIDE.map(lambda beside: beside | {key: name})


def names(kind: str, answer: Any, encode: Callable[[str], bytes] = str.encode) -> list[str] | None:
    text = json.dumps(answer)
    page = model_page(URL, encode(text), server_of(kind))
    return page.names if page else None


def wrapped(kind: str, entries: Any) -> list[Any]:
    """The shapes that a list stands in."""
    first, second = ("data", "models") if kind == "generic" else ("models", "data")
    return [
        entries,
        {first: entries},
        {second: entries},
        {"object": "list", first: entries, second: None},
        {"success": True, "data": {"models": entries, "total": 3}},
        {"data": {"data": entries}},
    ]


WITH_BOM: list[Callable[[str], bytes]] = [
    str.encode,
    lambda text: codecs.BOM_UTF8 + text.encode(),
    lambda text: text.encode("utf-16"),
    lambda text: f"\n \t{text}\n".encode(),
]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), given_names=st.lists(NAMES, max_size=6), encode=st.sampled_from(WITH_BOM))
@quick
def test_P3_each_clear_name_is_listed_once_in_every_shape(
    kind: str, data: st.DataObject, given_names: list[str], encode: Callable[[str], bytes]
) -> None:
    keys = ["id", "name", "model"] if kind == "generic" else ["name", "model", "id"]
    key = data.draw(st.sampled_from(keys))
    entries = [data.draw(described(key)(name)) for name in given_names]
    entries += entries[: data.draw(st.integers(0, 2))]
    expected = list(dict.fromkeys(given_names))
    for answer in wrapped(kind, entries):
        assert names(kind, answer, encode) == expected


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), clear=st.lists(NAMES, min_size=1, max_size=4))
@quick
def test_P3_what_is_no_name_makes_no_model_and_hides_none(
    kind: str, data: st.DataObject, clear: list[str]
) -> None:
    key = "id" if kind == "generic" else "name"
    entries: list[Any] = [data.draw(described(key)(name)) for name in clear]
    for _ in range(data.draw(st.integers(0, 4))):
        beside = data.draw(BESIDE)
        noise = data.draw(
            st.just(beside)
            | st.fixed_dictionaries({key: NO_NAMES})
            | st.none()
            | st.booleans()
            | st.floats()
            | st.lists(NAMES)
            | st.sampled_from(["", "  ", "a\nb"])
        )
        entries.insert(data.draw(st.integers(0, len(entries))), noise)
    for answer in wrapped(kind, entries):
        assert names(kind, answer) == list(dict.fromkeys(clear))


@pytest.mark.parametrize("kind", KINDS)
@given(JSON)
@quick
def test_P3_whatever_comes_no_name_is_made_up(kind: str, answer: Any) -> None:
    texts: set[str] = set()
    stack = [answer]
    while stack:
        match stack.pop():
            case str() as text:
                texts.add(text.strip())
            case bool():
                pass
            case int() as number:
                texts.add(str(number))
            case list() as inner:
                stack += inner
            case dict() as inner:
                stack += inner.values()
    assert set(names(kind, answer) or []) <= texts


@pytest.mark.parametrize("kind", KINDS)
@given(st.binary(max_size=200) | st.text().map(lambda text: text.encode("utf-8", "replace")))
@quick
def test_P3_no_bytes_are_too_strange(kind: str, body: bytes) -> None:
    model_page(URL, body, server_of(kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["data", "models"])
def test_P3_null_in_place_of_a_list_is_an_empty_one_unless_it_is_an_error(
    kind: str, name: str
) -> None:
    assert names(kind, {name: None}) == []
    assert names(kind, {"object": "list", name: None}) == []
    assert names(kind, {"success": False, name: None}) is None
    assert names(kind, {"error": {"message": "no"}, name: None}) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"data": [{"name": "m1"}, {"id": "m2"}]}, ["m2"]),  # names are for people where ids are
        ({"data": [{"id": "org/m", "name": "Org: M"}]}, ["org/m"]),
        ({"data": [{"id": 7, "name": "seven"}, {"id": 8, "name": "eight"}]}, ["seven", "eight"]),
        ({"data": [{"id": 7}, {"id": True}, {"id": 1.5}, {"id": "m"}]}, ["7", "m"]),
        ({"data": [{"id": 7}]}, ["7"]),
        ({"models": [{"name": "a"}], "data": [{"id": "b"}]}, ["b"]),
        ({"data": [{"id": None}]}, []),
        ({"data": [{"id": "a"}, {"id": "a "}]}, ["a"]),
        ([], []),
        (["b", "a"], ["b", "a"]),
        ({"data": [{"id": "None"}]}, ["None"]),  # so says the server
        ({"hello": "world"}, None),
        ({"data": "text"}, None),
        ({"data": {"id": 1}, "models": None}, None),
        ([{"title": "no model"}], None),
        ([1, 2], None),
        ([[]], None),
        (None, None),
        ("text", None),
        (5, None),
    ],
)
def test_P3_these_shapes_of_openai_s_list(answer: Any, expected: list[str] | None) -> None:
    assert names("generic", answer) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"models": [{"name": "a:latest", "model": "a:latest"}, {"model": "b"}]},
            ["a:latest", "b"],
        ),
        ({"models": [{"name": None, "model": "b"}, {"name": "a"}]}, ["b", "a"]),
        ({"models": []}, []),
        ({"models": [{"digest": "a80c4f17"}]}, None),
    ],
)
def test_P3_these_shapes_of_ollama_s_list(answer: Any, expected: list[str] | None) -> None:
    assert names("ollama", answer) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"data": [{"id": "a", "score": NaN}, {"id": "b", "cost": -Infinity}]}', ["a", "b"]),
        (b'{"data": [{"id": "a", "about": "gr\xfcn"}]}', ["a"]),
        (b'{"data": [{"id": "gr\xfcn"}, {"id": "b"}]}', ["b"]),
        (b'{"data": [{"id": "a", "about": "two\nlines"}]}', ["a"]),
        (b'{"data": [{"id": "\\ud800"}, {"id": "b"}]}', ["b"]),
        (b'{"data": [{"id": "a"}]', None),
        (b"[" * 100_000, None),
        (b"", None),
        (b"<html>", None),
    ],
)
def test_P3_what_is_json_but_for_a_trifle_is_read(body: bytes, expected: list[str] | None) -> None:
    page = model_page(URL, body, server_of("generic"))
    assert (page.names if page else None) == expected


# Pages -----------------------------------------------------------------------------------------


def following(answer: Any) -> str | None:
    page = model_page(URL, json.dumps({"data": [{"id": "a"}, {"id": "b&c"}]} | answer).encode(),
                      server_of("generic"))  # fmt: skip
    assert page is not None
    return page.next_url


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        ({"has_more": True, "last_id": "b"}, f"{URL}?after=b&after_id=b"),
        ({"has_more": True}, f"{URL}?after=b%26c&after_id=b%26c"),
        ({"has_more": False, "last_id": "b"}, None),
        ({"has_more": "yes", "last_id": "b"}, None),
        ({"next": "https://models.test:8443/v1/models?page=2"}, f"{URL}?page=2"),
        ({"next": "/v1/models?page=2"}, f"{URL}?page=2"),
        ({"next": "?page=2"}, f"{URL}?page=2"),
        ({"next": {"href": "?page=2"}}, f"{URL}?page=2"),
        ({"links": {"next": "?page=2"}}, f"{URL}?page=2"),
        ({"links": {"next": None}, "next": None}, None),
        ({"nextPageToken": "t="}, f"{URL}?pageToken=t%3D"),
        ({"next_page_token": "t"}, f"{URL}?page_token=t"),
        ({"next_cursor": "t"}, f"{URL}?cursor=t"),
        ({"next_page": 2}, f"{URL}?page=2"),
        ({"next_page": None, "next_cursor": "", "nextPageToken": []}, None),
        ({"next": "http://a" + "\u0301\u0323" * 500_000}, None),  # hours, once it is looked at
        ({"next_page_token": "t" * 1_000_000}, None),
        ({"next": "https://models.test/v1/models?page=2"}, None),  # another port
        ({"next": "http://models.test:8443/v1/models"}, None),
        ({"next": "//evil.test/v1/models"}, None),
        ({"next": "https://models.test:8443@evil.test/"}, None),
        ({"next": "https://[::1"}, None),
        ({"next": "javascript:alert(1)"}, None),
        ({"next": 5}, None),
        ({}, None),
    ],
)
def test_P3_where_a_list_goes_on(answer: Any, url: str | None) -> None:
    assert following(answer) == url


@given(
    st.text()
    | st.builds(
        "{}{}{}".format,
        st.sampled_from(
            ["http://", "https://", "//", "/", "?", "https://models.test:8443", "\\\\"]
        ),
        st.text("ab.:@/\\[]?#%é\t ", max_size=12),
        st.sampled_from(["", "evil.test", "@evil.test", ":8443", "models.test"]),
    )
)
@quick
def test_P3_X4_a_key_is_never_led_to_another_origin(link: str) -> None:
    url = following({"next": link})
    assert url is None or origin(url) == origin(URL)


@pytest.mark.parametrize("part", [b"[]", b"{}", b'{"id":"a"}', b'"a"', b"1"])
def test_X8_what_few_bytes_become_in_memory_is_bounded(part: bytes) -> None:
    """Ten times more was read, and took a hundred megabytes."""
    assert read_json(b"[" + (part + b",") * 300_000 + b"0]") is None
    model = b'{"id":"m","object":"model","permission":[{"a":[1,2,"x"],"b":{}}]}'
    assert len(read_json(b"[" + (model + b",") * 4_999 + model + b"]")) == 5_000
