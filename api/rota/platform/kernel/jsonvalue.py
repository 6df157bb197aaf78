"""A JSON value in Python: how large it is, and whether it is one at all.

Values are looked at level by level, many at once, and never by recursion: a hostile one is nested
without end or has hundreds of thousands of parts.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

MAX_DEPTH = 200
MAX_PARTS = 500_000
MAX_INTEGER = 2**14_000  # Python reads and writes no integer of over 4,300 digits
HOLDERS = frozenset((list, dict))
KINDS = frozenset((type(None), bool, int, float, Decimal, str, list, dict))

SURROGATE = re.compile(r"[\ud800-\udfff]")

Path = tuple[str | int, ...]


class Fault(NamedTuple):
    path: Path
    message: str
    is_of_text: bool = False


class Level(NamedTuple):
    """Parts that stand equally deep, the value itself at 0. Characters are of texts and names."""

    parts: int
    characters: int


class Extent(NamedTuple):
    levels: Sequence[Level]
    fault: Fault | None  # why it is no JSON, or is more than anybody looks at
    unkept: Fault | None  # why it cannot be kept, though JSON

    @property
    def parts(self) -> int:
        return sum(level.parts for level in self.levels)

    @property
    def characters(self) -> int:
        return sum(level.characters for level in self.levels)


def measure(value: Any, max_parts: int = MAX_PARTS, max_depth: int = MAX_DEPTH) -> Extent:
    """Up to the first fault, if there is one."""
    walk = _Walk()
    level, parts, unkept = [value], 1, None
    while level:
        if len(walk.levels) > max_depth:
            path = walk.path(len(walk.levels), 0)[:8]
            return walk.extent(Fault(path, f"It is nested more than {max_depth} levels deep."))
        kinds = set(map(type, level))
        holders = _holders(level, kinds)
        parts += sum(map(len, holders))
        if parts > max_parts:
            return walk.extent(Fault((), f"It has more than {max_parts:,} parts."))
        if wrong := _wrong_values(level, kinds):
            return walk.extent(Fault(walk.place(level, wrong.is_it), wrong.message))
        texts = _of(str, level, kinds)
        if dict in kinds:
            texts = [*texts, *chain.from_iterable(_of(dict, level, kinds))]
        if not set(map(type, texts)) <= {str}:
            return walk.extent(Fault(walk.place(level, _has_odd_name), "A name is no text."))
        text = "".join(texts)
        if not text.isascii() and SURROGATE.search(text):
            place = walk.place(level, _has_surrogate)
            return walk.extent(Fault(place, "The text has a broken surrogate.", is_of_text=True))
        if not unkept and "\0" in text:
            message = "The text has a NUL character, which cannot be kept."
            unkept = Fault(walk.place(level, _has_nul), message, is_of_text=True)
        walk.enter(level, holders, Level(len(level), len(text)))
        level = list(chain.from_iterable(map(_parts, holders)))
    return walk.extent(None, unkept)


def fault(value: Any) -> Fault | None:
    """Why this value, though JSON to Python, cannot be kept, and where; None if it can."""
    extent = measure(value)
    return extent.fault or extent.unkept


class _Walk:
    """The levels that were looked at, to find the way back to a part of them."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self._seen: list[list[Any]] = []
        self._holders: list[list[Any]] = []

    def enter(self, level: list[Any], holders: list[Any], size: Level) -> None:
        self.levels.append(size)
        self._seen.append(level)
        self._holders.append(holders)

    def extent(self, fault: Fault | None, unkept: Fault | None = None) -> Extent:
        return Extent(self.levels, fault, unkept)

    def place(self, level: list[Any], is_wrong: Callable[[Any], bool]) -> Path:
        """The way to the first of a level that is wrong, which must be there."""
        return self.path(
            len(self.levels), next(i for i, part in enumerate(level) if is_wrong(part))
        )

    def path(self, depth: int, index: int) -> Path:
        steps: list[str | int] = []
        while depth:
            depth -= 1
            number = 0
            while index >= len(holder := self._holders[depth][number]):
                index -= len(holder)
                number += 1
            steps.append([*holder][index] if type(holder) is dict else index)
            index = _index_of_holder(self._seen[depth], number)
        return tuple(reversed(steps))


def _index_of_holder(level: list[Any], number: int) -> int:
    holders = (i for i, part in enumerate(level) if type(part) is dict or type(part) is list)
    return next(index for count, index in enumerate(holders) if count == number)


class _Wrong(NamedTuple):
    is_it: Callable[[Any], bool]
    message: str


def _wrong_values(level: list[Any], kinds: set[type]) -> _Wrong | None:
    if not kinds <= KINDS:
        return _Wrong(lambda part: type(part) not in KINDS, "This is not JSON.")
    whole = _of(int, level, kinds)
    if whole and (max(whole) >= MAX_INTEGER or min(whole) <= -MAX_INTEGER):
        return _Wrong(_is_long, "The number has too many digits.")
    numbers = (_of(float, level, kinds), _of(Decimal, level, kinds))
    if not all(map(math.isfinite, chain.from_iterable(numbers))):
        return _Wrong(_is_no_number, "The number is too large, or is none.")
    return None


def _of(kind: type, level: list[Any], kinds: set[type]) -> list[Any]:
    if kind not in kinds:
        return []
    return level if len(kinds) == 1 else [part for part in level if type(part) is kind]


def _holders(level: list[Any], kinds: set[type]) -> list[Any]:
    if kinds.isdisjoint(HOLDERS):
        return []
    return level if kinds <= HOLDERS else [part for part in level if type(part) in HOLDERS]


def _is_long(part: Any) -> bool:
    return type(part) is int and abs(part) >= MAX_INTEGER


def _is_no_number(part: Any) -> bool:
    return type(part) in (float, Decimal) and not math.isfinite(part)


def _has_odd_name(part: Any) -> bool:
    return type(part) is dict and not all(type(key) is str for key in part)


def _has_surrogate(part: Any) -> bool:
    return any(map(SURROGATE.search, _texts(part)))


def _has_nul(part: Any) -> bool:
    return any("\0" in text for text in _texts(part))


def _texts(part: Any) -> Iterable[str]:
    return (part,) if type(part) is str else part if type(part) is dict else ()


def _parts(holder: Any) -> Iterable[Any]:
    return holder.values() if type(holder) is dict else holder
