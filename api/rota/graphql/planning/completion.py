"""From what resolvers gave to what an answer shows, for many values at once."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from graphql import GraphQLBoolean, GraphQLEnumType, GraphQLID, GraphQLInt, GraphQLString

from rota.graphql.planning.insides import Execution
from rota.platform.kernel.answer_size import add_text

Values: TypeAlias = Sequence[Any]
Step: TypeAlias = Callable[[Execution, Values], Coroutine[Any, Any, list[Any]]]
# What these scalars show as it is; anything else is left to the scalar itself.
AS_IT_IS: dict[Any, frozenset[type]] = {
    GraphQLString: frozenset((str,)),
    GraphQLID: frozenset((str,)),
    GraphQLBoolean: frozenset((bool,)),
}
MAX_INT = 2**31
TEXTS = frozenset((str, NoneType))


class Unplanned(Exception):
    """There is no plan for this, or the plan came upon something unusual."""


@dataclass(frozen=True)
class Completion:
    """From what a resolver gave to what the answer shows, for many at once. `waits` tells that
    something is awaited on the way."""

    run: Step
    waits: bool = False


def leaves(type_: Any, is_required: bool) -> Completion:
    shown = AS_IT_IS.get(type_, frozenset())
    is_moment = type_.name == "DateTime"
    show = _enum_name(type_) if isinstance(type_, GraphQLEnumType) else type_.coerce_output_value

    async def run(_: Execution, values: Values) -> list[Any]:
        kinds = set(map(type, values))
        if type_ is GraphQLString and kinds <= TEXTS:
            add_text(sum(map(len, filter(None, values))))
        if NoneType in kinds:
            if is_required:
                raise Unplanned
            if kinds - {NoneType} <= shown:
                return list(values)
            return [None if value is None else _given(show(value)) for value in values]
        if kinds <= shown or (type_ is GraphQLInt and kinds == {int} and _are_small(values)):
            return list(values)
        if is_moment and kinds == {datetime} and all(map(_is_in_utc, values)):
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


def _is_in_utc(moment: datetime) -> bool:
    """So that it becomes the same text where the whole answer is written."""
    return moment.tzinfo is UTC


def _are_small(numbers: Values) -> bool:
    return bool(min(numbers) >= -MAX_INT and max(numbers) < MAX_INT)


def nullable(inner: Completion, is_required: bool) -> Completion:
    async def run(executor: Execution, values: Values) -> list[Any]:
        if NoneType not in set(map(type, values)):
            return await inner.run(executor, values)
        if is_required:
            raise Unplanned
        found = await inner.run(executor, [value for value in values if value is not None])
        present = iter(found)
        return [None if value is None else next(present) for value in values]

    return Completion(run, inner.waits)


def listed(items: Completion) -> Completion:
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
