"""What judging a value can cost at most, told before it is judged.

Measured with jsonschema-rs 0.60 on one core: a unit is about 150 ns of judging, or 100 ns and 20
bytes of telling what is wrong. The bounds are far from tight: what lies below them is cheap, what
lies above may be.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, NamedTuple

from rota.contracts.limits import patterns_of, reach
from rota.contracts.structure import Part, Structure
from rota.platform.kernel.jsonvalue import Extent, measure

MAX_STEPS = 10_000  # of the closer look, each some ten microseconds
MAX_PATTERN_REACH = 5_000
MAX_COST = 1e15
ERROR = 50.0  # units of telling one error
OPTION = 2.0  # of telling one value that would have been right
COPIED = 2.0  # of copying one part of the value for it
CHARACTERS_A_PART = 64
PLAIN = 0.5  # a subschema that says little
FORMAT = 5.0  # one that Python judges
MATCHED = 2.0  # a pattern, by itself
BACKTRACKING = 700.0  # one that is tried out: a tenth of a millisecond at most
UNITS_A_CHARACTER = 0.05  # of each state of a pattern
# What is never wrong by itself.
SILENT = frozenset(
    (
        *("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$ref", "$dynamicRef"),
        *("$recursiveRef", "$defs", "definitions", "$comment", "title", "description", "default"),
        *("examples", "deprecated", "readOnly", "writeOnly", "properties", "patternProperties"),
        *("items", "prefixItems", "allOf", "if", "then", "else", "dependentSchemas"),
    )
)
# What errors carry along.
TOLD = ("not", "enum", "const", "pattern", "required", "dependentRequired", "dependencies")
DEAR = frozenset(
    (
        *(
            "required",
            "dependentRequired",
            "dependencies",
            "pattern",
            "patternProperties",
            "format",
        ),
        *("enum", "const", "not", "uniqueItems"),
    )
)


class Work(NamedTuple):
    """What applies at one place: units of judging, for itself, for each character of its texts, for
    each part within it; and of telling all errors, and the first one. What is wrong with a name is
    told with all that stands beside it."""

    judge: float = 0.0
    read: float = 0.0
    compare: float = 0.0
    explain: float = 0.0
    explain_name: float = 0.0
    explain_first: float = 0.0
    explain_first_name: float = 0.0


class Bill(NamedTuple):
    judge: float
    explain: float
    explain_first: float


NONE = Work()


class Costs:
    """What values cost with one schema. Looked at when first asked, and further down when deeper
    values come."""

    def __init__(self, structure: Structure, *, backtracks: bool) -> None:
        self.structure = structure
        self._backtracks = backtracks
        self._at_levels: list[Work] = []

    def rough(self, extent: Extent) -> Bill:
        most, branches = self._most
        at_levels = [_times(most, branches**depth) for depth in range(len(extent.levels))]
        return _add_up(at_levels, extent)

    def close(self, extent: Extent) -> Bill:
        """A closer bound, for more work; beyond all limits where that would be too much."""
        depth = len(extent.levels)
        if depth * len(self.structure.parts) > MAX_STEPS:
            return Bill(MAX_COST, MAX_COST, MAX_COST)
        if depth > len(self._at_levels):
            self._at_levels = self._look_closely(depth)
        return _add_up(self._at_levels, extent)

    @cached_property
    def _own(self) -> list[Work]:
        return [_own_work(part, self._a_pattern) for part in self.structure.parts]

    @property
    def _a_pattern(self) -> float:
        return BACKTRACKING if self._backtracks else MATCHED

    @cached_property
    def _most(self) -> tuple[Work, int]:
        """Of any place, and by how much that may multiply from one level to the next."""
        most = _largest(self._beside(self._own))
        if any(part.names for part in self.structure.parts):
            most = most._replace(explain_name=most.explain, explain_first_name=most.explain)
        branches = [_branches(part) for part in self.structure.parts]
        for number in self.structure.order:
            part = self.structure.parts[number]
            beside = sum(branches[one] for one in (*part.here, *part.choices))
            branches[number] = min(branches[number] + beside * _rounds(part), 1_000_000)
        return most, max(*branches, 1)

    def _look_closely(self, depth: int) -> list[Work]:
        works = self._beside(self._own)
        at_levels = [works[0]]
        for level in range(1, depth):
            within = [
                _within(part, works, self._a_pattern if level == 1 else None)
                for part in self.structure.parts
            ]
            works = self._beside(within)
            at_levels.append(works[0])
        return at_levels

    def _beside(self, own: list[Work]) -> list[Work]:
        """Each with all that applies to the same place."""
        works = list(own)
        for number in self.structure.order:
            part = self.structure.parts[number]
            here = _sum(works[one] for one in part.here)
            choices = _sum(works[one] for one in part.choices)
            # Why none of the choices applies is told with all the errors of each.
            choices = choices._replace(
                explain_first=choices.explain, explain_first_name=choices.explain_name
            )
            beside = _times(_sum([here, choices]), _rounds(part))
            works[number] = _sum([works[number], beside])
        return works


def _branches(part: Part) -> int:
    """How many of its parts may apply to one place within."""
    to_property = bool(part.named) + len(part.matched) + bool(part.names)
    return max(to_property, bool(part.items) + len(part.contained))


def _rounds(part: Part) -> int:
    """To find what nothing else applies to, all of the same place is judged once more."""
    schema = part.schema
    if not isinstance(schema, dict):
        return 1
    return 1 + ("unevaluatedItems" in schema or "unevaluatedProperties" in schema)


def _within(part: Part, works: list[Work], a_pattern: float | None) -> Work:
    """What applies at a place within, a level further down each time it is asked; next to the part
    itself a name is matched as well, for what a pattern costs."""
    if not any(part[3:]):
        return NONE
    is_next = a_pattern is not None
    chosen = _largest(works[one] for one in part.named)
    matched = _sum(works[one] for one in part.matched)
    tried = Work(judge=(a_pattern or 0.0) * len(part.matched))
    names = _sum(works[one] for one in part.names) if is_next else NONE
    names = names._replace(explain_name=names.explain)
    item = _largest(works[one] for one in part.items)
    contained = _sum(works[one] for one in part.contained)
    return _largest([_sum([chosen, matched, tried, names]), _sum([item, contained])])


def _add_up(at_levels: list[Work], extent: Extent) -> Bill:
    judge = explain = first = within = 0.0
    named = first_named = 0.0  # of the level below
    names = [0, *(level.characters for level in extent.levels)]
    for work, level, above in reversed([*zip(at_levels, extent.levels, names, strict=False)]):
        within += level.parts + level.characters / CHARACTERS_A_PART
        copied = within * COPIED / ERROR
        judge += work.judge * level.parts + work.read * (level.characters + above)
        judge += work.compare * within
        explain += work.explain * (level.parts + copied)
        explain += named * copied
        first += work.explain_first * (level.parts + copied) + first_named * copied
        named = work.explain_name * level.parts
        first_named = work.explain_first_name * level.parts
    return Bill(judge, explain, first + within * COPIED)


def _sum(works: Iterable[Work]) -> Work:
    return _each(works, sum)


def _largest(works: Iterable[Work]) -> Work:
    return _each(works, max)


def _each(works: Iterable[Work], take: Callable[[Iterable[float]], float]) -> Work:
    listed = list(works)
    if len(listed) == 1:
        return listed[0]
    return (
        Work(*(min(MAX_COST, take(kind)) for kind in zip(*listed, strict=True))) if listed else NONE
    )


def _times(work: Work, times: float) -> Work:
    return work if times == 1 else Work(*(min(MAX_COST, kind * times) for kind in work))


def _own_work(part: Part, a_pattern: float) -> Work:
    """Of what a subschema says about a place by itself."""
    schema = part.schema
    if not isinstance(schema, dict):
        return Work(judge=PLAIN, explain=ERROR)
    errors = len(schema.keys() - SILENT)
    if DEAR.isdisjoint(schema):
        return Work(PLAIN, explain=ERROR * errors)
    required = _length(schema.get("required")) + sum(
        _length(names)
        for keyword in ("dependentRequired", "dependencies")
        if isinstance(dependent := schema.get(keyword), dict)
        for names in dependent.values()
    )
    patterns = [*patterns_of(schema)]
    judge = PLAIN + required / 2 + _options(schema) + len(patterns) * a_pattern
    read = sum(min(reach(one), MAX_PATTERN_REACH) for one in patterns) * UNITS_A_CHARACTER
    if "format" in schema:
        judge += FORMAT
        read += UNITS_A_CHARACTER
    if "const" in schema:
        judge += parts_of(schema["const"])
    told = sum(size_of(schema[what]) for what in TOLD if what in schema)
    explain = ERROR * (errors + required) + OPTION * told
    return Work(judge, read, float("uniqueItems" in schema) / 2, explain)


def _options(schema: dict[str, Any]) -> float:
    """Texts alone are looked up; others are compared one by one."""
    options = schema.get("enum")
    if not isinstance(options, list):
        return 0.0
    if all(type(option) is str for option in options):
        return 1.0
    return float(sum(map(parts_of, options)))


def _length(names: Any) -> int:
    return len(names) if isinstance(names, list) else 0


def size_of(value: Any) -> float:
    """As much as so many parts."""
    extent = measure(value)
    return extent.parts + extent.characters / CHARACTERS_A_PART


def parts_of(value: Any) -> int:
    return measure(value).parts if isinstance(value, (dict, list)) else 1
