"""The messages that facts travel in: one about one thing, pieces about many."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from rota.platform.kernel.events import MAX_PIECE, Event, Fact, Many, envelopes
from rota.platform.kernel.ids import new_id


@dataclass(frozen=True, kw_only=True)
class ThingSeen(Event):
    name: ClassVar[str] = "thing.seen"
    by: UUID | None = None


class ThingsSeen(Many[ThingSeen]):
    pass


class OthersSeen(Many[ThingSeen]):
    pass


def seen(many: int) -> list[ThingSeen]:
    return [ThingSeen(id=new_id()) for _ in range(many)]


def test_what_is_about_one_thing_travels_on_its_channel() -> None:
    [event] = seen(1)
    for fact in (event, ThingsSeen([event])):
        [envelope] = envelopes([fact])
        assert envelope.channel == f"thing:{event.id}"
        assert envelope.payload == {"name": "thing.seen", "id": str(event.id), "by": None}


def test_what_is_about_many_travels_in_pieces() -> None:
    things = seen(2 * MAX_PIECE + 1)
    *pieces, last = envelopes([ThingsSeen(things)])
    assert [piece.channel for piece in pieces] == ["thing:*", "thing:*"]
    assert [len(piece.payload["each"]) for piece in pieces] == [MAX_PIECE, MAX_PIECE]
    assert last.channel == f"thing:{things[-1].id}"
    sent = [one["id"] for piece in pieces for one in piece.payload["each"]]
    assert [*sent, last.payload["id"]] == [str(thing.id) for thing in things]
    assert pieces[0].payload["each"][0] == {"id": str(things[0].id), "by": None}


def test_many_facts_about_one_thing_each_are_put_together_by_their_kind() -> None:
    one, two, three, four, five = seen(5)
    facts: list[Fact] = [
        ThingsSeen([one]),
        OthersSeen([two]),
        three,
        ThingsSeen([four]),
        OthersSeen([five]),
    ]
    first, second, third = envelopes(facts)
    assert [each["id"] for each in first.payload["each"]] == [str(one.id), str(four.id)]
    assert [each["id"] for each in second.payload["each"]] == [str(two.id), str(five.id)]
    assert third.payload["id"] == str(three.id)


def test_of_nothing_nothing_is_said() -> None:
    assert list(envelopes([ThingsSeen([])])) == []
