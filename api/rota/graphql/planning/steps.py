"""How a field is read of many objects at once."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from graphql import GraphQLField, GraphQLObjectType
from strawberry.types.field import StrawberryField

from rota.graphql.context import Context
from rota.graphql.fields import Join
from rota.graphql.planning.completion import Step, Values
from rota.graphql.planning.insides import Details, Execution, arguments, resolver


async def together(work: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """What they give, in their order; where one fails, the others are cancelled."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one) for one in work]
    return [task.result() for task in tasks]


def constant(value: Any) -> Step:
    async def read(_: Execution, objects: Values) -> list[Any]:
        return [value] * len(objects)

    return read


def each(get: Callable[[Any], Any]) -> Step:
    async def read(_: Execution, objects: Values) -> list[Any]:
        return list(map(get, objects))

    return read


def joined(
    join: Join,
    field: StrawberryField,
    definition: GraphQLField,
    details: Details,
    parent: GraphQLObjectType,
) -> Step:
    async def read(executor: Execution, objects: Values) -> list[Any]:
        given = arguments(executor, field, definition, details, parent)
        given.pop("info", None)
        keys = [join.key(one, **given) for one in objects]
        context: Context = executor.context_value
        return await context.load_all(join.read, keys)

    return read


def called(
    field: StrawberryField, definition: GraphQLField, details: Details, parent: GraphQLObjectType
) -> Step:
    resolve = resolver(field)

    async def read(executor: Execution, objects: Values) -> list[Any]:
        given = arguments(executor, field, definition, details, parent)
        found = [resolve(one, **given) for one in objects]
        return await together(found) if field.is_async else found

    return read
