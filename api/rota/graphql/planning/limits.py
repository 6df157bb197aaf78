"""What a document may ask for at most, found out in time linear in its length."""

from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

MAX_CHARACTERS = 512 * 1024
MAX_TOKENS = 2000
MAX_ALIASES = 30
MAX_DEPTH = 12
# How often a document may ask for the whole schema, and for a type of it.
MAX_WHOLE_SCHEMAS = 1
MAX_TYPES = 10
MAX_INTROSPECTION_DEPTH = 20


class Weight(NamedTuple):
    """How many aliases there are, how many levels outside of introspection and within it, and how
    often it begins."""

    aliases: int = 0
    depth: int = 0
    schemas: int = 0
    types: int = 0
    introspection_depth: int = 0

    def beside(self, other: "Weight") -> "Weight":
        return Weight(
            self.aliases + other.aliases,
            max(self.depth, other.depth),
            self.schemas + other.schemas,
            self.types + other.types,
            max(self.introspection_depth, other.introspection_depth),
        )


NOTHING = Weight()
CIRCULAR = Weight(depth=MAX_DEPTH + 1)


class Limits(ValidationRule):
    """Aliases and depth with every fragment counted where it is spread, but looked into once."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        definitions = context.document.definitions
        self._fragments = {
            node.name.value: node
            for node in definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._weights: dict[tuple[str, bool], Weight] = {}
        self._before = NOTHING  # the operations of the document up to now

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        try:
            weight = self._weigh(node.selection_set, False)
        except RecursionError:
            weight = CIRCULAR
        whole = self._before = self._before.beside(weight)
        for number, most, told in (
            (weight.aliases, MAX_ALIASES, f"An operation has at most {MAX_ALIASES} aliases."),
            (weight.depth, MAX_DEPTH, f"An operation is at most {MAX_DEPTH} levels deep."),
            (whole.schemas, MAX_WHOLE_SCHEMAS, "A document asks for `__schema` once at most."),
            (whole.types, MAX_TYPES, f"A document asks for `__type` {MAX_TYPES} times at most."),
            (
                weight.introspection_depth,
                MAX_INTROSPECTION_DEPTH,
                f"Within `__schema` and `__type` there are at most {MAX_INTROSPECTION_DEPTH} "
                "levels.",
            ),
        ):
            if number > most:
                self.report_error(GraphQLError(told, [node]))

    def _weigh(self, selections: SelectionSetNode | None, is_within: bool) -> Weight:
        """`is_within` introspection."""
        weight = NOTHING
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                below = self._weigh_fragment(node.name.value, is_within)
            elif isinstance(node, FieldNode):
                below = self._weigh_field(node, is_within)
            else:
                below = self._weigh(node.selection_set, is_within)  # type: ignore[attr-defined] # an inline fragment
            weight = weight.beside(below)
        return weight

    def _weigh_field(self, node: FieldNode, is_within: bool) -> Weight:
        name = node.name.value
        begins = name in ("__schema", "__type")
        below = self._weigh(node.selection_set, is_within or begins)
        aliases = below.aliases + bool(node.alias)
        if begins:
            return Weight(
                aliases,
                1,
                below.schemas + (name == "__schema"),
                below.types + (name == "__type"),
                below.introspection_depth + 1,
            )
        if is_within:
            return below._replace(
                aliases=aliases, introspection_depth=below.introspection_depth + 1
            )
        return below._replace(aliases=aliases, depth=below.depth + 1)

    def _weigh_fragment(self, name: str, is_within: bool) -> Weight:
        key = name, is_within
        if key not in self._weights:
            # Stands while the fragment is looked into, and ends a circle of fragments.
            self._weights[key] = NOTHING
            if fragment := self._fragments.get(name):
                self._weights[key] = self._weigh(fragment.selection_set, is_within)
        return self._weights[key]
