"""Enums with descriptions are enums as any other."""

import copy
import pickle

import orjson

from rota.platform.kernel.enums import DescribedIntEnum, DescribedStrEnum, summary


class Colour(DescribedStrEnum):
    """How it
    looks."""

    RED = "RED", "Like a rose."
    BLUE = "BLUE", "Like the sky."


class Level(DescribedIntEnum):
    """How high."""

    LOW = 1, "Down here."
    HIGH = 2, "Up there."


def test_a_member_is_its_value_and_says_what_it_means() -> None:
    assert Colour("RED") is Colour["RED"] is Colour.RED
    assert f"{Colour.RED}" == Colour.RED.value == "RED"
    assert Level(2) is Level.HIGH > Level.LOW
    assert [member.description for member in (*Colour, *Level)] == [
        "Like a rose.", "Like the sky.", "Down here.", "Up there.",
    ]  # fmt: skip
    assert summary(Colour) == "How it looks."


def test_a_member_stays_itself_when_it_is_copied_or_written() -> None:
    for member in (Colour.BLUE, Level.HIGH):
        assert copy.deepcopy(member) is pickle.loads(pickle.dumps(member)) is member
    assert orjson.dumps([Colour.BLUE, Level.HIGH]) == b'["BLUE",2]'
