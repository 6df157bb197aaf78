"""Documents as clients send them: parsed, judged, and kept for the next who sends the same."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)

from rota.graphql.planning.limits import MAX_TOKENS, Limits
from rota.graphql.planning.variables import uses_of_variables
from rota.platform.kernel.cache import Cache

RULES = [*specified_rules, Limits]
# A longer one is read anew each time: what is kept must stay small.
MAX_KEPT_CHARACTERS = 10_000
MAX_DOCUMENTS_BYTES = 24 * 1024 * 1024
# What a document was measured to take, with what is planned for it.
OWN_BYTES = 30_000
BYTES_A_CHARACTER = 400
SEVERAL = "The document has several operations; name one in `operationName`."


@dataclass(eq=False)
class Document:
    """`errors` is why it is refused as a whole. `plans` belongs to plans.py."""

    ast: DocumentNode
    errors: list[GraphQLError]
    weight: int  # in bytes, as far as can be said
    plans: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def uses(self) -> Counter[str]:
        """How often each variable is used, in all operations together."""
        return uses_of_variables(self.ast)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The one that is asked for; raises GraphQLError where it would be a guess."""
        found = [one for one in self.ast.definitions if isinstance(one, OperationDefinitionNode)]
        if name is None:
            if len(found) > 1:
                raise GraphQLError(SEVERAL)
            return found[0] if found else None
        return next((one for one in found if one.name and one.name.value == name), None)

    @cached_property
    def switches(self) -> tuple[str, ...]:
        """The variables that decide, by @skip and @include, what is selected."""
        seen = _Switches()
        visit(self.ast, seen)
        return tuple(sorted(seen.names))


class _Switches(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


class Documents:
    """The latest-used documents of one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: Cache[str, Document] = Cache(MAX_DOCUMENTS_BYTES, attrgetter("weight"))

    def read(self, text: str) -> Document:
        """Raises GraphQLError where the text is no document at all."""
        document = self._kept.get(text)
        if document is not None:
            return document
        ast = parse(text, max_tokens=MAX_TOKENS)
        errors = validate(self._schema, ast, RULES, hide_suggestions=True)
        document = Document(ast, errors, OWN_BYTES + BYTES_A_CHARACTER * len(text))
        if len(text) <= MAX_KEPT_CHARACTERS:
            self._kept[text] = document
        return document
