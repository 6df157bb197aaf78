"""Builds a schema, and finishes what Strawberry leaves undone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types import get_object_definition

from rota.graphql.errors import ERRORS, ErrorHandler
from rota.graphql.planning.insides import core_schema, python_enum, round_exact_floats
from rota.graphql.scalars import SCALARS
from rota.graphql.slice import GraphQLSlice
from rota.platform.kernel.enums import DescribedIntEnum, DescribedStrEnum, summary

DESCRIBED = (DescribedIntEnum, DescribedStrEnum)
K = TypeVar("K")
V = TypeVar("V")


def build(slices: Sequence[GraphQLSlice]) -> strawberry.Schema:
    """The schema of what the slices bring. Raises ValueError where two bring the same."""
    errors = merged([ERRORS, *(one.errors for one in slices)])
    schema = strawberry.Schema(
        query=_root("Query", "What can be read.", [one.query for one in slices]),
        mutation=_root("Mutation", "What can be changed.", [one.mutation for one in slices]),
        subscription=_root(
            "Subscription", "What can be watched.", [one.subscription for one in slices]
        ),
        types=[type_ for one in slices for type_ in one.types],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        exception_handlers=[ErrorHandler(error, type_) for error, type_ in errors.items()],
    )
    _drop_null_defaults(core_schema(schema))
    round_exact_floats()
    _describe_enums(schema)
    return schema


def merged(parts: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """Raises ValueError where a key comes twice."""
    pairs = [pair for part in parts for pair in part.items()]
    _refuse_duplicates(key for key, _ in pairs)
    return dict(pairs)


def _root(name: str, description: str, roots: Iterable[type | None]) -> type:
    bases = tuple(root for root in roots if root)
    _refuse_duplicates(
        field.name for base in bases for field in get_object_definition(base, strict=True).fields
    )
    return strawberry.type(type(name, bases, {}), description=description)


def _refuse_duplicates(names: Iterable[Any]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"Two slices bring {name}.")


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
        enum: Any = python_enum(schema, name)
        if isinstance(type_, GraphQLEnumType) and enum and issubclass(enum, DESCRIBED):
            type_.description = summary(enum)
            for member in enum:
                type_.values[member.name].description = member.description
