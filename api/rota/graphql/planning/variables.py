"""What the variables of an operation come to, used as often as they are."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from graphql import (
    SKIP,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    VariableNode,
    Visitor,
    VisitorAction,
    visit,
)

from rota.platform.kernel.jsonvalue import measure

MAX_CHARACTERS = 8 * 1024 * 1024
# What a number, a list or a name takes besides its letters.
CHARACTERS_A_PART = 8


def uses_of_variables(document: DocumentNode) -> Counter[str]:
    """How often each is used, with every fragment counted where it is spread. A document with a
    circle of fragments is not asked about."""
    own: dict[str, _Uses] = {}
    operations = []
    for definition in document.definitions:
        seen = _Uses()
        visit(definition, seen)
        if isinstance(definition, FragmentDefinitionNode):
            own[definition.name.value] = seen
        else:
            operations.append(seen)
    known: dict[str, Counter[str]] = {}
    return _sum([_whole(one, own, known) for one in operations])


def _whole(
    seen: "_Uses", own: Mapping[str, "_Uses"], known: dict[str, Counter[str]]
) -> Counter[str]:
    parts = [seen.variables]
    for name, times in seen.spreads.items():
        if name not in known:
            known[name] = _whole(own[name], own, known)
        parts.append(Counter({one: many * times for one, many in known[name].items()}))
    return _sum(parts)


def _sum(parts: list[Counter[str]]) -> Counter[str]:
    whole: Counter[str] = Counter()
    for part in parts:
        whole.update(part)
    return whole


def check_variables(uses: Mapping[str, int], values: Mapping[str, Any]) -> None:
    """Raises GraphQLError where a long one is used too often."""
    for name, times in uses.items():
        value = values.get(name)
        if times < 2 or not isinstance(value, str | list | dict):
            continue
        extent = measure(value)
        length = (extent.characters + CHARACTERS_A_PART * extent.parts) * times
        if length > MAX_CHARACTERS:
            raise GraphQLError(
                f"The variable `${name}` is used {times} times, too often for one so long. "
                "Use it less often, or send it in several requests."
            )


class _Uses(Visitor):
    """Of a definition, without what it spreads."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: Counter[str] = Counter()
        self.spreads: Counter[str] = Counter()

    def enter_variable_definition(self, *_: Any) -> VisitorAction:
        return SKIP

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.variables[node.name.value] += 1

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        self.spreads[node.name.value] += 1
