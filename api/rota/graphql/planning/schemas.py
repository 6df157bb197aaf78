"""Builds a schema, and finishes what Strawberry leaves undone."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types.enum import StrawberryEnumDefinition

from rota.graphql.scalars import SCALARS
from rota.platform.kernel.enums import DescribedIntEnum, DescribedStrEnum, summary


def build(**parts: Any) -> strawberry.Schema:
    """`parts` as Strawberry's schema takes them."""
    config = StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True)
    schema = strawberry.Schema(config=config, **parts)
    _drop_null_defaults(core_schema(schema))
    _describe_enums(schema)
    return schema


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """graphql-core's schema, which Strawberry's wraps."""
    return schema._schema


def _drop_null_defaults(schema: GraphQLSchema) -> None:
    """What is optional need not say that it is null by default."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            inputs: Iterable[Any] = type_.fields.values()
        elif isinstance(type_, GraphQLObjectType):
            inputs = chain.from_iterable(field.args.values() for field in type_.fields.values())
        else:
            continue
        for value in inputs:
            if value.default_value is None:
                value.default_value = Undefined


def _describe_enums(schema: strawberry.Schema) -> None:
    """Strawberry takes any Python enum as it is, but knows nothing of its descriptions."""
    for name, type_ in core_schema(schema).type_map.items():
        definition = schema.get_type_by_name(name)
        if not isinstance(type_, GraphQLEnumType) or not isinstance(
            definition, StrawberryEnumDefinition
        ):
            continue
        enum: Any = definition.wrapped_cls
        if issubclass(enum, DescribedIntEnum | DescribedStrEnum):
            type_.description = summary(enum)
            for member in enum:
                type_.values[member.name].description = member.description
