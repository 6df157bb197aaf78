"""Completes whole lists at once, where GraphQL's own executor goes object by object.

What is selected below a field becomes a plan, once for each document. A plan reads a field of all
objects together, and asks for joined rows in one batch. It knows no errors: whatever is unusual
raises, and the executor does the field again in its own way. See docs/decisions/0019.
"""

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    get_named_type,
    is_leaf_type,
)

from rota.graphql import fields
from rota.graphql.fields import HOW, Join
from rota.graphql.pagination import Connection, OfRows
from rota.graphql.planning.completion import (
    Completion,
    Step,
    Unplanned,
    Values,
    leaves,
    listed,
    nullable,
)
from rota.graphql.planning.insides import (
    Details,
    Execution,
    origin,
    resolve_info,
    resolver,
    selected,
    strawberry_field,
)
from rota.graphql.planning.pages import PagePlan
from rota.graphql.planning.rows import lookup_read
from rota.graphql.planning.steps import called, constant, each, joined, together
from rota.platform.kernel.answer_size import add_nodes, copied
from rota.platform.storage.pages import Order, Page
from rota.platform.storage.records import Row


@dataclass(frozen=True)
class Column:
    """One selected field of many objects."""

    name: str
    read: Step
    complete: Completion
    waits: bool
    large: str | None = None  # the row's, to be read before
    is_leaf: bool = False
    is_of_rows: bool = False

    async def run(self, executor: Execution, objects: Values) -> list[Any]:
        return await self.complete.run(executor, await self.read(executor, objects))


async def _as_given(_: Execution, values: Values) -> list[Any]:
    return list(values)


AS_GIVEN = Completion(_as_given)


def completion(executor: Execution, type_: GraphQLOutputType, details: Details) -> Completion:
    """Raises Unplanned."""
    is_required = isinstance(type_, GraphQLNonNull)
    inner: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if is_leaf_type(inner):
        return leaves(inner, is_required)
    if isinstance(inner, GraphQLList):
        items = completion(executor, inner.of_type, details)
        return nullable(listed(items), is_required)
    if isinstance(inner, GraphQLObjectType):
        return nullable(_objects(executor, inner, details), is_required)
    return nullable(_abstract(executor, inner, details), is_required)


def _objects(executor: Execution, type_: GraphQLObjectType, details: Details) -> Completion:
    columns = _columns(executor, type_, details)
    names = [column.name for column in columns]
    late = [at for at, column in enumerate(columns) if column.waits]
    values_of_one = 1 + sum(column.is_leaf for column in columns)
    large = tuple(sorted({column.large for column in columns if column.large}))

    async def run(executor: Execution, values: Values) -> list[Any]:
        different = {id(value): value for value in values}
        if len(different) == len(values):
            return await show(executor, values)
        # What several objects lead to is one object, and is completed once.
        with copied(max(Counter(map(id, values)).values())):
            objects = await show(executor, list(different.values()))
        shown = dict(zip(different, objects, strict=True))
        return [shown[id(value)] for value in values]

    async def show(executor: Execution, objects: Values) -> list[Any]:
        add_nodes(len(objects) * values_of_one)
        if large:
            await executor.context_value.fill([one.row for one in objects], large)
        answers: list[Any] = [
            None if column.waits else await column.run(executor, objects) for column in columns
        ]
        if len(late) == 1:
            answers[late[0]] = await columns[late[0]].run(executor, objects)
        elif late:
            found = await together(columns[at].run(executor, objects) for at in late)
            for at, answer in zip(late, found, strict=True):
                answers[at] = answer
        return [dict(zip(names, row)) for row in zip(*answers)]  # noqa: B905 (all as long)

    if issubclass(origin(type_), Connection):
        return _pages(type_, details, columns, run)
    return Completion(run, bool(late or large))


def _pages(
    type_: GraphQLObjectType, details: Details, columns: list[Column], run: Step
) -> Completion:
    """Pages that were read show rows, and go by `run`; one that was not is read by what is
    selected, where that can be."""
    plans: dict[tuple[type[Row], Order], PagePlan | None] = {}
    others = [column for column in columns if not column.is_of_rows]
    values_of_one = 1 + sum(column.is_leaf for column in columns)

    def plan_of(executor: Execution, page: Page[Any]) -> PagePlan | None:
        key = page.query.model, page.order
        if key not in plans:
            try:
                plans[key] = PagePlan.of(executor, type_, details, page, completion)
            except Unplanned:
                plans[key] = None
        return plans[key]

    async def show(executor: Execution, values: Values) -> list[Any]:
        unread = [one for one in values if not one.page.is_read]
        plan = plan_of(executor, unread[0].page) if len(values) == len(unread) == 1 else None
        if plan is None:
            for one in unread:
                await one.page
            return await run(executor, values)
        add_nodes(values_of_one)
        shown = await plan.show(executor, unread[0].page)
        for column in others:
            [shown[column.name]] = await column.run(executor, values)
        return [{column.name: shown[column.name] for column in columns}]

    return Completion(show, True)


def _abstract(executor: Execution, type_: Any, details: Details) -> Completion:
    kinds = {
        kind.name: _objects(executor, kind, details)
        for kind in executor.schema.get_possible_types(type_)
    }
    resolve = type_.resolve_type or executor.type_resolver
    waits = any(kind.waits for kind in kinds.values())

    async def run(executor: Execution, values: Values) -> list[Any]:
        info = resolve_info(executor, None, type_, details)
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


def _columns(executor: Execution, type_: GraphQLObjectType, details: Details) -> list[Column]:
    found = selected(executor, type_, details)
    if not found:
        raise Unplanned
    return [_column(executor, type_, name, nodes) for name, nodes in found.items()]


def _column(executor: Execution, type_: GraphQLObjectType, name: str, details: Details) -> Column:
    if details[0].node.name.value == "__typename":
        return Column(name, constant(type_.name), leaves(GraphQLString, True), False, is_leaf=True)
    definition = executor.schema.get_field(type_, details[0].node.name.value)
    field = strawberry_field(definition) if definition else None
    if definition is None or field is None or field.extensions:
        raise Unplanned
    how = field.metadata.get(HOW)
    if isinstance(how, Join):
        if found := _found(executor, how, definition, details):
            return Column(name, found, AS_GIVEN, True)
        complete = completion(executor, definition.type, details)
        return Column(name, joined(how, field, definition, details, type_), complete, True)
    complete = completion(executor, definition.type, details)
    is_leaf = is_leaf_type(get_named_type(definition.type))
    if isinstance(how, fields.Large):
        is_text = get_named_type(definition.type) is GraphQLString
        get = attrgetter(f"row.{how.column}") if is_text else lambda one: how.show(one.row)
        read = each(get)
        return Column(name, read, complete, complete.waits, how.column, is_leaf)
    if isinstance(how, fields.Column):
        read = each(attrgetter(f"row.{how.name}"))
    elif resolver(field) is None:
        read = each(attrgetter(field.python_name))
    else:
        read = called(field, definition, details, type_)
    waits, is_of_rows = complete.waits or field.is_async, isinstance(how, OfRows)
    return Column(name, read, complete, waits, is_leaf=is_leaf, is_of_rows=is_of_rows)


def _found(
    executor: Execution, join: Join, definition: GraphQLField, details: Details
) -> Step | None:
    """Shows what is joined straight from its records; None where that is not simple enough."""
    try:
        read = lookup_read(executor, join, definition, details, completion)
    except Unplanned:
        return None
    key = attrgetter(f"row.{join.column}")

    async def show(executor: Execution, objects: Values) -> list[Any]:
        return await read(executor, list(map(key, objects)))

    return show
