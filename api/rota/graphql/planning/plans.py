"""Completes whole lists at once, where GraphQL's own executor goes object by object.

What is selected below a field becomes a plan, once for each document. A plan reads a field of all
objects together, and asks for joined rows in one batch. It knows no errors: whatever is unusual
raises, and the executor does the field again in its own way. See docs/decisions/0019.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path, gather_with_cancel
from strawberry.schema.schema_converter import GraphQLCoreConverter, get_arguments
from strawberry.types.field import StrawberryField

from rota.graphql import fields
from rota.graphql.context import Context, RowRead
from rota.graphql.fields import HOW, Join
from rota.platform.storage.records import Lookup

Execution: TypeAlias = Executor[Any]
Details: TypeAlias = list[FieldDetails]
Values: TypeAlias = Sequence[Any]
Step: TypeAlias = Callable[[Execution, Values], Coroutine[Any, Any, list[Any]]]
# What these scalars show as it is; anything else is left to the scalar itself.
AS_IT_IS: dict[Any, frozenset[type]] = {
    GraphQLString: frozenset((str,)),
    GraphQLID: frozenset((str,)),
    GraphQLBoolean: frozenset((bool,)),
}
SMALL = 2**31


class Unplanned(Exception):
    """There is no plan for this, or the plan came upon something unusual."""


@dataclass(frozen=True)
class Completion:
    """From what a resolver gave to what the answer shows, for many at once. `waits` tells that
    something is awaited on the way."""

    run: Step
    waits: bool = False


@dataclass(frozen=True)
class Source:
    """A lookup of which only the `wanted` columns are read."""

    lookup: Lookup[Any]
    wanted: set[str]

    def read(self, column: str) -> "Step":
        if not self.lookup.gives(column):
            raise Unplanned
        self.wanted.add(column)
        return _each(itemgetter(column))


@dataclass(frozen=True)
class Column:
    """One selected field of many objects."""

    name: str
    read: Step
    complete: Completion
    waits: bool

    async def run(self, executor: Execution, objects: Values) -> list[Any]:
        return await self.complete.run(executor, await self.read(executor, objects))


def completion(
    executor: Execution, type_: GraphQLOutputType, details: Details, source: "Source | None" = None
) -> Completion:
    """Raises Unplanned. With a `source`, the objects are its records."""
    is_required = isinstance(type_, GraphQLNonNull)
    inner: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if is_leaf_type(inner):
        return _leaves(inner, is_required)
    if isinstance(inner, GraphQLList):
        items = completion(executor, inner.of_type, details, source)
        return _nullable(_listed(items), is_required)
    if isinstance(inner, GraphQLObjectType):
        return _nullable(_objects(executor, inner, details, source), is_required)
    if source:
        raise Unplanned
    return _nullable(_abstract(executor, inner, details), is_required)


def _leaves(type_: Any, is_required: bool) -> Completion:
    shown = AS_IT_IS.get(type_, frozenset())
    show = _enum_name(type_) if isinstance(type_, GraphQLEnumType) else type_.coerce_output_value

    async def run(_: Execution, values: Values) -> list[Any]:
        kinds = set(map(type, values))
        if NoneType in kinds:
            if is_required:
                raise Unplanned
            if kinds - {NoneType} <= shown:
                return list(values)
            return [None if value is None else _given(show(value)) for value in values]
        if kinds <= shown or (type_ is GraphQLInt and kinds == {int} and _are_small(values)):
            return list(values)
        if type_ is GraphQLID and all(issubclass(kind, UUID) for kind in kinds):
            return list(map(str, values))
        return [_given(show(value)) for value in values]

    return Completion(run)


def _enum_name(type_: GraphQLEnumType) -> Callable[[Any], Any]:
    """Our members are equal to what they are stored as; for others Strawberry looks one by one."""
    names = {value.value: name for name, value in type_.values.items()}

    def show(value: Any) -> Any:
        return names.get(value) or type_.coerce_output_value(value)

    return show


def _given(shown: Any) -> Any:
    if shown is None:
        raise Unplanned
    return shown


def _are_small(numbers: Values) -> bool:
    return bool(min(numbers) >= -SMALL and max(numbers) < SMALL)


def _nullable(inner: Completion, is_required: bool) -> Completion:
    async def run(executor: Execution, values: Values) -> list[Any]:
        if NoneType not in set(map(type, values)):
            return await inner.run(executor, values)
        if is_required:
            raise Unplanned
        found = await inner.run(executor, [value for value in values if value is not None])
        present = iter(found)
        return [None if value is None else next(present) for value in values]

    return Completion(run, inner.waits)


def _listed(items: Completion) -> Completion:
    async def run(executor: Execution, values: Values) -> list[Any]:
        if not {list}.issuperset(map(type, values)):
            raise Unplanned
        flat = await items.run(executor, [item for value in values for item in value])
        shown, begin = [], 0
        for value in values:
            end = begin + len(value)
            shown.append(flat[begin:end])
            begin = end
        return shown

    return Completion(run, items.waits)


def _objects(
    executor: Execution, type_: GraphQLObjectType, details: Details, source: "Source | None" = None
) -> Completion:
    columns = _columns(executor, type_, details, source)
    names = [column.name for column in columns]
    late = [at for at, column in enumerate(columns) if column.waits]

    async def run(executor: Execution, values: Values) -> list[Any]:
        if len(set(map(id, values))) == len(values):
            return await show(executor, values)
        # What several objects lead to is one object, and is completed once.
        different = {id(value): value for value in values}
        shown = dict(zip(different, await show(executor, list(different.values())), strict=True))
        return [shown[id(value)] for value in values]

    async def show(executor: Execution, objects: Values) -> list[Any]:
        answers: list[Any] = [
            None if column.waits else await column.run(executor, objects) for column in columns
        ]
        if len(late) == 1:
            answers[late[0]] = await columns[late[0]].run(executor, objects)
        elif late:
            found = await gather_with_cancel(*(columns[at].run(executor, objects) for at in late))
            for at, answer in zip(late, found, strict=True):
                answers[at] = answer
        return [dict(zip(names, row)) for row in zip(*answers)]  # noqa: B905 (all as long)

    return Completion(run, bool(late))


def _abstract(executor: Execution, type_: Any, details: Details) -> Completion:
    kinds = {
        kind.name: _objects(executor, kind, details)
        for kind in executor.schema.get_possible_types(type_)
    }
    resolve = type_.resolve_type or executor.type_resolver
    waits = any(kind.waits for kind in kinds.values())

    async def run(executor: Execution, values: Values) -> list[Any]:
        info = _info(executor, None, type_, details)
        by_kind: dict[str, list[int]] = {}
        for at, value in enumerate(values):
            name = resolve(value, info, type_)
            if name not in kinds:
                raise Unplanned
            by_kind.setdefault(name, []).append(at)
        answers: list[Any] = [None] * len(values)
        for name, places in by_kind.items():
            shown = await kinds[name].run(executor, [values[at] for at in places])
            for at, answer in zip(places, shown, strict=True):
                answers[at] = answer
        return answers

    return Completion(run, waits)


def _columns(
    executor: Execution, type_: GraphQLObjectType, details: Details, source: "Source | None"
) -> list[Column]:
    selected = executor.collect_subfields(type_, details).grouped_field_set
    if not selected:
        raise Unplanned
    return [_column(executor, type_, name, nodes, source) for name, nodes in selected.items()]


def _column(
    executor: Execution,
    type_: GraphQLObjectType,
    name: str,
    details: Details,
    source: Source | None,
) -> Column:
    if details[0].node.name.value == "__typename":
        return Column(name, _constant(type_.name), _leaves(GraphQLString, True), False)
    definition = executor.schema.get_field(type_, details[0].node.name.value)
    field = definition and definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if definition is None or not isinstance(field, StrawberryField) or field.extensions:
        raise Unplanned
    how = field.metadata.get(HOW)
    if isinstance(how, Join):
        if lean := _lean(executor, how, definition, details, source):
            return Column(name, *lean, True)
        if source is None:
            complete = completion(executor, definition.type, details)
            return Column(name, _joined(how, field, definition, details, type_), complete, True)
    if source and not isinstance(how, fields.Column):
        raise Unplanned
    complete = completion(executor, definition.type, details)
    if isinstance(how, fields.Column):
        read = source.read(how.name) if source else _each(attrgetter(f"row.{how.name}"))
    elif field.base_resolver is None:
        read = _each(attrgetter(field.python_name))
    else:
        read = _called(field, definition, details, type_)
    return Column(name, read, complete, complete.waits or field.is_async)


def _lean(
    executor: Execution,
    join: Join,
    definition: GraphQLField,
    details: Details,
    source: Source | None,
) -> tuple[Step, Completion] | None:
    """A join of which only columns are selected: its records are enough, and no rows are made. None
    where it is not that simple."""
    read = executor.context_value.batch_reads.get(join.read)
    if join.column is None or not isinstance(read, RowRead):
        return None
    joined = Source(read.lookup, set())
    try:
        key = source.read(join.column) if source else _each(attrgetter(f"row.{join.column}"))
        complete = completion(executor, definition.type, details, joined)
    except Unplanned:
        return None

    async def records(executor: Execution, objects: Values) -> list[Any]:
        now = executor.context_value.batch_reads[join.read]
        if not isinstance(now, RowRead):
            raise Unplanned
        return await now.records(await key(executor, objects), joined.wanted)

    return records, complete


def _constant(value: Any) -> Step:
    async def read(_: Execution, objects: Values) -> list[Any]:
        return [value] * len(objects)

    return read


def _each(get: Callable[[Any], Any]) -> Step:
    async def read(_: Execution, objects: Values) -> list[Any]:
        return list(map(get, objects))

    return read


def _joined(
    join: Join,
    field: StrawberryField,
    definition: GraphQLField,
    details: Details,
    parent: GraphQLObjectType,
) -> Step:
    async def read(executor: Execution, objects: Values) -> list[Any]:
        arguments = _arguments(executor, field, definition, details, parent)
        arguments.pop("info", None)
        keys = [join.key(one, **arguments) for one in objects]
        context: Context = executor.context_value
        return await context.load_all(join.read, keys)

    return read


def _called(
    field: StrawberryField, definition: GraphQLField, details: Details, parent: GraphQLObjectType
) -> Step:
    resolve: Any = field.base_resolver and field.base_resolver.wrapped_func

    async def read(executor: Execution, objects: Values) -> list[Any]:
        arguments = _arguments(executor, field, definition, details, parent)
        found = [resolve(one, **arguments) for one in objects]
        return list(await gather_with_cancel(*found)) if field.is_async else found

    return read


def _arguments(
    executor: Execution,
    field: StrawberryField,
    definition: GraphQLField,
    details: Details,
    parent: GraphQLObjectType,
) -> dict[str, Any]:
    """A resolver's keyword arguments, `info` among them where it asks for it."""
    resolver = field.base_resolver
    if not definition.args and resolver and not resolver.info_parameter:
        return {}
    raw = get_argument_values(
        definition, details[0].node, executor.variable_values, hide_suggestions=True
    )
    strawberry_schema = executor.schema._strawberry_schema  # type: ignore[attr-defined]
    info = strawberry_schema.config.info_class(
        _raw_info=_info(executor, definition, parent, details), _field=field
    )
    _, arguments = get_arguments(
        field=field,
        source=None,
        info=info,
        kwargs=raw,
        config=strawberry_schema.config,
        scalar_registry=strawberry_schema.schema_converter.scalar_registry,
    )
    return arguments


def _info(executor: Execution, definition: Any, parent: Any, details: Details) -> Any:
    nodes = [one.node for one in details]
    return executor.build_resolve_info(
        definition or GraphQLField(GraphQLString),
        nodes,
        parent,
        Path(None, nodes[0].name.value, None),
    )
