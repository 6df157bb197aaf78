"""What a document may ask for at most, found out in time linear in its length."""

from typing import Any

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
        self._weights: dict[str, tuple[int, int]] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        try:
            aliases, depth = self._weigh(node.selection_set)
        except RecursionError:
            aliases, depth = 0, MAX_DEPTH + 1
        if aliases > MAX_ALIASES:
            self.report_error(
                GraphQLError(f"An operation has at most {MAX_ALIASES} aliases.", [node])
            )
        if depth > MAX_DEPTH:
            self.report_error(
                GraphQLError(f"An operation is at most {MAX_DEPTH} levels deep.", [node])
            )

    def _weigh(self, selections: SelectionSetNode | None) -> tuple[int, int]:
        """How many aliases there are, and how many levels. Introspection is not counted:
        a rule of its own bounds it."""
        aliases = depth = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                inner, below = self._weigh_fragment(node.name.value)
            elif isinstance(node, FieldNode):
                if node.name.value.startswith("__"):
                    continue
                inner, below = self._weigh(node.selection_set)
                inner, below = inner + bool(node.alias), below + 1
            else:
                inner, below = self._weigh(node.selection_set)  # type: ignore[attr-defined] # an inline fragment
            aliases, depth = aliases + inner, max(depth, below)
        return aliases, depth

    def _weigh_fragment(self, name: str) -> tuple[int, int]:
        if name not in self._weights:
            # Stands while the fragment is looked into, and ends a circle of fragments.
            self._weights[name] = (0, 0)
            if fragment := self._fragments.get(name):
                self._weights[name] = self._weigh(fragment.selection_set)
        return self._weights[name]
