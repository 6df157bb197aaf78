"""Ids: in the order of their making, and nothing else is one."""

import pytest

from rota.platform.kernel.ids import new_id, parse_id


def test_ids_are_new_and_in_the_order_of_their_making() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {made.version for made in ids} == {7}


def test_an_id_is_read_in_any_case() -> None:
    made = new_id()
    assert parse_id(str(made)) == parse_id(str(made).upper()) == made


@pytest.mark.parametrize("text", ["", "1", "no id", "\x00", "\ud800", "0" * 31, "0" * 33, "g" * 32])
def test_X8_what_is_no_id_is_none(text: str) -> None:
    assert parse_id(text) is None
