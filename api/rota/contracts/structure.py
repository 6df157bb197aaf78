"""What of a schema applies at one place of a value, and what at the places within it."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rota.contracts.references import MAX_LOOKUPS, References

MAX_UNFOLDED = 250_000
MAX_STEPS = 250_000
MAX_CHAIN = 500
# By keyword, the field of a Part that its schemas go to.
FIELDS = {
    **dict.fromkeys(("allOf", "not", "if", "then", "else"), "here"),
    **dict.fromkeys(("dependentSchemas", "dependencies"), "here"),
    **dict.fromkeys(("anyOf", "oneOf"), "choices"),
    **dict.fromkeys(("properties", "additionalProperties", "unevaluatedProperties"), "named"),
    **{"patternProperties": "matched", "propertyNames": "names", "contains": "contained"},
    **dict.fromkeys(("prefixItems", "items", "additionalItems", "unevaluatedItems"), "items"),
}
OF_NAMES = frozenset(("dependentSchemas", "dependencies", "properties", "patternProperties"))


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


class TooMuch(ValueError):
    """What a schema leads to is more than anybody follows; the message says why."""


class Structure:
    """The parts of a schema that its root leads to. Raises TooMuch."""

    def __init__(self, schema: Any) -> None:
        self.references = References(schema)
        if self.references.are_too_many:
            raise TooMuch(f"Its references unfold to more than {MAX_LOOKUPS:,}.")
        self.parts: list[Part] = []
        self._numbers: dict[int, int] = {}
        self._led_to: list[list[int]] = []  # what references lead to first
        self._referring: dict[int, int] = {}  # how many these are
        self._steps = 0
        self._read_all(schema)
        self.order = self._from_the_inside()
        self._unfold()
        if self.references.written:
            self._follow()

    def _read_all(self, schema: Any) -> None:
        self._number(schema)
        for number in itertools.count():  # reading finds more
            if number == len(self.parts):
                break
            part = self.parts[number].schema
            if type(part) is dict:
                self._read(number, part)
            if self._steps > MAX_STEPS:
                raise TooMuch(f"Its references unfold to more than {MAX_STEPS:,}.")

    def _number(self, schema: Any) -> int:
        number = self._numbers.setdefault(id(schema), len(self.parts))
        if number == len(self.parts):
            self.parts.append(Part(schema))
            self._led_to.append([])
        return number

    def _read(self, number: int, schema: dict[str, Any]) -> None:
        fields: dict[str, list[int]] = {}
        led_to = self._led_to[number]
        if self.references.written and (found := self.references.of(schema)):
            fields["here"] = [self._number(part) for part in found if type(part) is dict]
            led_to += fields["here"]
            self._referring[number] = len(led_to)
        for keyword, said in schema.items():
            if field := FIELDS.get(keyword):
                numbers = [
                    self._number(part)
                    for part in _parts(keyword, said)
                    if type(part) is dict or part is False
                ]
                fields[field] = fields[field] + numbers if field in fields else numbers
                led_to += numbers
        if led_to:
            self._steps += len(led_to)
            self.parts[number] = Part(schema, **fields)

    def _from_the_inside(self) -> list[int]:
        """Those with others of the same place, each behind these; a loop is followed once."""
        order: list[int] = []
        entered = [not (part.here or part.choices) for part in self.parts]
        stack = [number for number, is_alone in enumerate(entered) if not is_alone]
        while stack:
            number = stack.pop()
            if number < 0:
                order.append(~number)
            elif not entered[number]:
                entered[number] = True
                stack.append(~number)
                part = self.parts[number]
                stack += [one for one in (*part.here, *part.choices) if not entered[one]]
        return order

    def _unfold(self) -> None:
        sizes = [0] * len(self.parts)
        for number in self.order:
            part = self.parts[number]
            total = sum([1 + sizes[one] for one in (*part.here, *part.choices)])
            sizes[number] = min(total, MAX_UNFOLDED + 1)
        if max(sizes) > MAX_UNFOLDED:
            raise TooMuch(f"Its references unfold to more than {MAX_UNFOLDED:,} at one place.")

    def _follow(self) -> None:
        """The validator follows references by recursion, until one comes again."""
        lengths = [0] * len(self.parts)
        entered = [not led_to for led_to in self._led_to]
        stack = [0]
        while stack:
            number = stack.pop()
            if number < 0:
                found = [lengths[one] for one in self._led_to[~number]]
                by_reference = found[: self._referring.get(~number, 0)]
                lengths[~number] = max(*found, 1 + max(by_reference, default=-1))
            elif not entered[number]:
                entered[number] = True
                stack.append(~number)
                stack += [one for one in self._led_to[number] if not entered[one]]
        if lengths[0] > MAX_CHAIN:
            raise TooMuch(f"One reference leads to the next more than {MAX_CHAIN} times.")


def _parts(keyword: str, said: Any) -> Iterable[Any]:
    if keyword in OF_NAMES:
        return said.values() if type(said) is dict else ()
    return said if type(said) is list else (said,)
