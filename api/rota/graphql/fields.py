"""Fields that an object's `row` answers for: by a column, or by rows that are read with it.

Both tell how they are answered, so that a plan does it for many objects at once (planning/).
"""

import inspect
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import strawberry

from rota.graphql.context import Info
from rota.platform.storage.records import shown

HOW = "rota:how"


@dataclass(frozen=True)
class Column:
    """`name` is an attribute of the object's `row`."""

    name: str


def column(name: str, description: str) -> Any:
    """Shows it as it is stored."""

    def read(self: Any) -> Any:
        return getattr(self.row, name)

    how = {HOW: Column(name)}
    return strawberry.field(resolver=read, description=description, metadata=how)


@dataclass(frozen=True)
class Large:
    """A column that a row of a list may lack until it is asked for."""

    column: str
    show: Callable[[Any], Any]


def large(name: str, description: str, show: Callable[[Any], Any] | None = None) -> Any:
    """Shows such a column as it is stored, or what `show` makes of the row that has it."""
    what = show or partial(shown, column=name)

    async def resolve(self: Any, info: Info) -> Any:
        await info.context.fill([self.row], (name,))
        return what(self.row)

    how = {HOW: Large(name, what)}
    return strawberry.field(resolver=resolve, description=description, metadata=how)


@dataclass(frozen=True)
class Join:
    """`read` names a batch read of some slice; `key` gives what it is asked for, from the
    object and the field's arguments. `column` is the row's where that is all of the key, and
    `of` the one that the key is made of with the arguments."""

    read: str
    key: Callable[..., Hashable]
    column: str | None = None
    of: str | None = None


def derived(read: Callable[[Any], Any], description: str) -> Any:
    """Shows what `read` makes of the row."""

    def resolve(self: Any) -> Any:
        return read(self.row)

    return strawberry.field(resolver=resolve, description=description)


def related(read: str, column: str, description: str) -> Any:
    """Shows what a batch read finds for the value of the row's column."""

    def key(self: Any) -> Hashable:
        value: Hashable = getattr(self.row, column)
        return value

    async def resolve(self: Any, info: Info) -> Any:
        return await info.context.load(read, key(self))

    how = {HOW: Join(read, key, column)}
    return strawberry.field(resolver=resolve, description=description, metadata=how)


def joined(
    read: str, type: object, *, of: str, description: str
) -> Callable[[Callable[..., Hashable]], Any]:
    """Where the field's arguments belong to the key: from a method that gives it, made of them and
    of one column of the row."""

    def decorate(key: Callable[..., Hashable]) -> Any:
        @wraps(key)
        async def resolve(self: Any, info: Info, **arguments: Any) -> Any:
            return await info.context.load(read, key(self, **arguments))

        given = inspect.signature(key)
        info = inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=Info)
        signature = given.replace(
            parameters=[*given.parameters.values(), info], return_annotation=type
        )
        # Where `inspect`, and so Strawberry, looks first; the type of functions does not know it.
        resolve.__signature__ = signature  # type: ignore[attr-defined]
        resolve.__annotations__ = {**key.__annotations__, "info": Info, "return": type}
        return strawberry.field(
            resolver=resolve, description=description, metadata={HOW: Join(read, key, of=of)}
        )

    return decorate
