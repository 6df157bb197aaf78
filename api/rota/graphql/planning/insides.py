"""What Rota uses of the insides of Strawberry and graphql-core, with executor and handler
(execution.py, http/socket.py) the only place that does.

docs/decisions/0037 says what would replace each; a test says when a release changes one.
"""

from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias, cast

import strawberry
from graphql import (
    GraphQLField,
    GraphQLFloat,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    ResponsePath,
)
from graphql.execution import Executor, get_argument_values
from graphql.execution.collect_fields import FieldDetails
from strawberry.schema.schema_converter import GraphQLCoreConverter, get_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

Execution: TypeAlias = Executor[Any]
# The places of one field in a document: several where it is selected several times.
Details: TypeAlias = list[FieldDetails]
_COERCE_FLOAT = GraphQLFloat.coerce_input_value


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """graphql-core's schema, which Strawberry's wraps."""
    return schema._schema


def round_exact_floats() -> None:
    """A Float may be sent with more digits than a double has, which are read as a Decimal here."""
    GraphQLFloat.coerce_input_value = _rounded


def _rounded(value: Any) -> Any:
    return _COERCE_FLOAT(float(value) if isinstance(value, Decimal) else value)


def python_enum(schema: strawberry.Schema, name: str) -> type[Enum] | None:
    """The enum that the GraphQL type of this name was made from, if it is one."""
    definition = schema.get_type_by_name(name)
    if isinstance(definition, StrawberryEnumDefinition):
        return cast("type[Enum]", definition.wrapped_cls)
    return None


def strawberry_field(definition: GraphQLField) -> StrawberryField | None:
    """What Strawberry knows of a field of the schema; None for introspection's."""
    field = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return field if isinstance(field, StrawberryField) else None


def origin(type_: GraphQLObjectType) -> type:
    """The class of ours that the type was made from; of a generic one, a subclass of it."""
    definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return definition.origin if isinstance(definition, StrawberryObjectDefinition) else object


def resolver(field: StrawberryField) -> Any:
    """The function that was written for the field; None where an attribute answers for it."""
    return field.base_resolver and field.base_resolver.wrapped_func


def selected(executor: Execution, type_: GraphQLObjectType, details: Details) -> dict[str, Details]:
    """What is selected of an object, by the names in the answer."""
    return executor.collect_subfields(type_, details).grouped_field_set


def arguments(
    executor: Execution,
    field: StrawberryField,
    definition: GraphQLField,
    details: Details,
    parent: GraphQLObjectType,
) -> dict[str, Any]:
    """A resolver's keyword arguments, `info` among them where it asks for it."""
    written = field.base_resolver
    if not definition.args and written and not written.info_parameter:
        return {}
    raw = get_argument_values(
        definition, details[0].node, executor.variable_values, hide_suggestions=True
    )
    info: Any = strawberry.Info(
        _raw_info=resolve_info(executor, definition, parent, details), _field=field
    )
    _, given = get_arguments(
        field=field,
        source=None,
        info=info,
        kwargs=raw,
        config=info.schema.config,
        scalar_registry=info.schema.schema_converter.scalar_registry,
    )
    return given


def resolve_info(
    executor: Execution,
    definition: GraphQLField | None,
    parent: GraphQLObjectType | None,
    details: Details,
) -> GraphQLResolveInfo[Any]:
    """What a resolver is told. Its path is the field's alone: a plan serves many objects."""
    nodes = [one.node for one in details]
    return executor.build_resolve_info(
        definition or GraphQLField(GraphQLString),
        nodes,
        cast("GraphQLObjectType", parent),
        ResponsePath(None, nodes[0].name.value, None),
    )
