"""Facts that happened, to one thing or to many at once, and the messages they travel in.

They travel as ids and plain JSON: about one thing on the channel noun:{id}, about many on noun:*,
in pieces that no queue chokes on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar
from uuid import UUID

Changes = dict[str, tuple[Any, Any]]
MAX_PIECE = 500  # things that one message is about
OF_MANY = "*"  # in place of an id
UNSENT = ("subject_name", "changes")  # stay in the database


@dataclass(frozen=True, kw_only=True)
class Event:
    """`name` is noun.past; further fields of a subclass are sent along."""

    name: ClassVar[str]
    id: UUID

    def payload(self) -> dict[str, Any]:
        """What is sent of it, as plain JSON."""
        return {
            name: str(value) if isinstance(value, UUID) else value
            for name, value in vars(self).items()
            if name not in UNSENT
        }


@dataclass(frozen=True, kw_only=True)
class AuditedEvent(Event):
    """Also written to the audit log. `changes` maps a field to its value before and
    after; it holds no secret, and stays in the database."""

    subject_name: str
    changes: Changes


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class Many(Generic[E]):
    """The same kind of event, of many things or of one: listeners are given all of them at once,
    and each subscriber hears of those it follows."""

    each: Sequence[E]


class Question:
    """Put to listeners alone, who answer into it; it is not announced."""


Fact: TypeAlias = Event | Many[Any]


@dataclass(frozen=True)
class Envelope:
    """What one message of the bus carries, and where."""

    channel: str
    payload: Mapping[str, Any]


def envelopes(facts: Iterable[Fact]) -> Iterator[Envelope]:
    """In the order of the facts; but those of a kind that is about many are put together, however
    many facts they came in, and cut into pieces."""
    gathered: dict[type[Many[Any]], list[Event]] = {}
    ordered: list[Event | type[Many[Any]]] = []
    for fact in facts:
        if isinstance(fact, Event):
            ordered.append(fact)
            continue
        if type(fact) not in gathered:
            ordered.append(type(fact))
        gathered.setdefault(type(fact), []).extend(fact.each)
    for one in ordered:
        if isinstance(one, Event):
            yield _of_one(one)
        else:
            yield from _pieces(gathered[one])


def _pieces(events: Sequence[Event]) -> Iterator[Envelope]:
    for begin in range(0, len(events), MAX_PIECE):
        piece = events[begin : begin + MAX_PIECE]
        if len(piece) == 1:
            yield _of_one(piece[0])
        else:
            name = piece[0].name
            payload = {"name": name, "each": [event.payload() for event in piece]}
            yield Envelope(f"{_noun(name)}:{OF_MANY}", payload)


def _of_one(event: Event) -> Envelope:
    payload = {"name": event.name, **event.payload()}
    return Envelope(f"{_noun(event.name)}:{event.id}", payload)


def _noun(name: str) -> str:
    return name.partition(".")[0]
