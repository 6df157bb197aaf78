"""JSON that is written in pieces, and JSON that is text already."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rota.graphql.planning.sizes import put_long_texts_off
from rota.platform.kernel import jsontext
from rota.platform.kernel.jsontext import LongText, Written

TEXTS = st.text(max_size=30).filter(lambda text: text.isprintable()) | st.sampled_from(
    ('"', "\\", "\n\t\x00\x1f", "ä🧵\u2028", "x" * 40)
)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.just(Decimal("1.00000000000000000001")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
JSON = st.recursive(
    PLAIN | PLAIN.map(lambda value: Written(jsontext.dumps(value))) | TEXTS.map(LongText),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def meant(value: Any) -> Any:
    """What it is to be read as."""
    if isinstance(value, Written):
        return jsontext.loads(value.text)
    if isinstance(value, LongText):
        return value.text
    if isinstance(value, dict):
        return {name: meant(item) for name, item in value.items()}
    return [meant(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module", autouse=True)
def short() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsontext, "LONG", 20)
        patch.setattr("rota.graphql.planning.sizes.LONG", 20)
        yield


@given(JSON)
@settings(max_examples=400, deadline=None, database=None)
def test_written_in_pieces_it_is_the_same(value: Any) -> None:
    length, pieces = jsontext.dump_pieces(value)
    whole = b"".join(pieces)
    assert len(whole) == length
    read = jsontext.loads(whole)
    assert jsontext.is_same(read, meant(value))
    assert jsontext.is_same(jsontext.loads(jsontext.dump_bytes(value)), meant(value))


@given(st.lists(PLAIN, max_size=5))
@settings(max_examples=200, deadline=None, database=None)
def test_long_texts_are_put_off_and_come(value: list[Any]) -> None:
    before = jsontext.dumps(value)
    shared = [value, value]
    put_long_texts_off(shared)
    assert jsontext.is_same(meant(shared[1]), jsontext.loads(before))


def test_what_is_long_is_a_piece_of_its_own() -> None:
    long, short = Written('"' + "x" * 30 + '"'), Written("[1]")
    _, pieces = jsontext.dump_pieces({"a": long, "b": short, "c": LongText("y" * 30), "d": 1})
    assert list(pieces) == [
        b'{"a":',
        long.text.encode(),
        b',"b":[1],"c":',
        b'"%s"' % (b"y" * 30),
        b',"d":1}',
    ]


def test_json_that_is_text_is_compared_by_it() -> None:
    assert Written("[1]") == Written("[1]")
    assert Written("[1]") != Written("[2]")
    assert Written("1") != 1
    assert len({Written("[1]"), Written("[1]")}) == 1
