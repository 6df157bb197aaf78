"""What of a schema applies at one place of a value, and what at the places within it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from rota.contracts.references import MAX_LOOKUPS, References

MAX_UNFOLDED = 250_000
MAX_STEPS = 1_000_000
MAX_CHAIN = 500


class Part(NamedTuple):
    """A subschema by what it does: `here` are those of the same place, `choices` those of which
    only some need to apply; the others are of places within. Numbers are of parts in their list."""

    schema: Any
    here: Sequence[int] = ()
    choices: Sequence[int] = ()
    named: Sequence[int] = ()  # of which at most one applies to a property
    matched: Sequence[int] = ()  # any number of which applies to a property
    names: Sequence[int] = ()
    items: Sequence[int] = ()  # of which one applies to an item
    contained: Sequence[int] = ()

    @property
    def within(self) -> Iterator[int]:
        for led_to in self[3:]:
            yield from led_to


class TooMuch(ValueError):
    """What a schema leads to is more than anybody follows; the message says why."""


class Structure:
    """The parts of a schema that its root leads to. Raises TooMuch."""

    def __init__(self, schema: Any) -> None:
        self.parts: list[Part] = []
        self._numbers: dict[int, int] = {}
        self._references = References(schema)
        if self._references.are_too_many:
            raise TooMuch(f"Its references unfold to more than {MAX_LOOKUPS:,}.")
        self._waiting: list[tuple[int, Any]] = []
        self._steps = 0
        self._number(schema)
        while self._waiting:
            self._read(*self._waiting.pop())
        self.order = self._from_the_inside()
        self._unfold()
        self._follow()

    def _number(self, schema: Any) -> int:
        number = self._numbers.get(id(schema))
        if number is None:
            number = self._numbers[id(schema)] = len(self.parts)
            self.parts.append(Part(schema))
            self._waiting.append((number, schema))
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooMuch(f"Its references unfold to more than {MAX_STEPS:,}.")
        return number

    def _read(self, number: int, schema: Any) -> None:
        if isinstance(schema, dict):
            led_to = _led_to(schema, self._references)
            self.parts[number] = Part(
                schema, *(tuple(self._number(one) for one in schemas) for schemas in led_to)
            )

    def _from_the_inside(self) -> list[int]:
        """Each part behind those of its own place; a loop is followed once."""
        order: list[int] = []
        entered = [False] * len(self.parts)
        stack = [(number, False) for number in reversed(range(len(self.parts)))]
        while stack:
            number, is_done = stack.pop()
            if is_done:
                order.append(number)
            elif not entered[number]:
                entered[number] = True
                stack.append((number, True))
                part = self.parts[number]
                stack += [(one, False) for one in (*part.here, *part.choices) if not entered[one]]
        return order

    def _unfold(self) -> None:
        sizes = [0] * len(self.parts)
        for number in self.order:
            part = self.parts[number]
            total = sum(1 + sizes[one] for one in (*part.here, *part.choices))
            sizes[number] = min(total, MAX_UNFOLDED + 1)
        if max(sizes) > MAX_UNFOLDED:
            raise TooMuch(f"Its references unfold to more than {MAX_UNFOLDED:,} at one place.")

    def _follow(self) -> None:
        """The validator follows references by recursion, until one comes again."""
        lengths: dict[int, int] = {}
        entered: set[int] = set()
        stack = [(0, False)]
        while stack:
            number, is_done = stack.pop()
            part = self.parts[number]
            parts = (*part.here, *part.choices, *part.within)
            if is_done:
                # The first of `here` are what references lead to.
                references = len(self._references.of(part.schema)) if part.here else 0
                lengths[number] = max(
                    ((i < references) + lengths.get(one, 0) for i, one in enumerate(parts)),
                    default=0,
                )
            elif number not in entered:
                entered.add(number)
                stack.append((number, True))
                stack += [(one, False) for one in parts if one not in entered]
        if lengths[0] > MAX_CHAIN:
            raise TooMuch(f"One reference leads to the next more than {MAX_CHAIN} times.")


def _led_to(schema: dict[str, Any], references: References) -> tuple[Iterable[Any], ...]:
    """In the order of a Part's fields."""
    return (
        chain(
            _schemas(references.of(schema)),
            _listed(schema, "allOf"),
            _given(schema, "not", "if", "then", "else"),
            _mapped(schema, "dependentSchemas", "dependencies"),
        ),
        _listed(schema, "anyOf", "oneOf"),
        chain(
            _mapped(schema, "properties"),
            _given(schema, "additionalProperties", "unevaluatedProperties"),
        ),
        _mapped(schema, "patternProperties"),
        _given(schema, "propertyNames"),
        chain(
            _listed(schema, "prefixItems", "items"),
            _given(schema, "items", "additionalItems", "unevaluatedItems"),
        ),
        _given(schema, "contains"),
    )


def _listed(schema: dict[str, Any], *keywords: str) -> Iterable[Any]:
    for keyword in keywords:
        if isinstance(schemas := schema.get(keyword), list):
            yield from _schemas(schemas)


def _mapped(schema: dict[str, Any], *keywords: str) -> Iterable[Any]:
    for keyword in keywords:
        if isinstance(schemas := schema.get(keyword), dict):
            yield from _schemas(schemas.values())


def _given(schema: dict[str, Any], *keywords: str) -> Iterable[Any]:
    return _schemas(schema[keyword] for keyword in keywords if keyword in schema)


def _schemas(parts: Iterable[Any]) -> Iterable[Any]:
    """False counts too: it is what an error may be about."""
    return (part for part in parts if isinstance(part, dict) or part is False)
