"""What every resolver is given: who asks, and the way to the rest."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from rota.platform.actor import Actor
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules, UnitOfWork, unit_of_work

# Answers in the order of the keys: an id, or a tuple of an id and a field's arguments. What
# it gives is ready for GraphQL, because who asks may not know its type; None (or an empty
# list) for what is not there.
BatchRead = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]


@dataclass
class Context:
    """`batch_reads` are registered by name in rota/schema.py, so that a lower slice's
    type can refer to a higher slice's rows without importing it."""

    resources: Resources
    rules: Rules
    batch_reads: Mapping[str, BatchRead]
    actor: Actor
    request_id: str
    _loaders: dict[str, DataLoader[Hashable, Any]] = field(default_factory=dict)

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return unit_of_work(self.resources, self.rules, self.actor)

    async def load(self, name: str, key: Hashable, read: BatchRead | None = None) -> Any:
        """Batches what is asked for at the same moment. Nothing is cached: on a socket
        one context serves for hours. `read`: where the slice has it at hand."""
        loader = self._loaders.get(name)
        if loader is None:
            read = read or self.batch_reads[name]

            async def load(keys: list[Hashable]) -> Sequence[Any]:
                return await read(keys)

            loader = self._loaders[name] = DataLoader(load, cache=False)
        return await loader.load(key)

    async def load_all(self, name: str, keys: Sequence[Hashable]) -> list[Any]:
        """What `load` gives, for many keys at once and in their order."""
        different = list(dict.fromkeys(keys))
        found = dict(zip(different, await self.batch_reads[name](different), strict=True))
        return [found[key] for key in keys]


def shown(
    read: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]], type_: Callable[..., Any]
) -> BatchRead:
    """A batch read of rows as one of the GraphQL type that shows them."""

    async def load(keys: Sequence[Any]) -> Sequence[Any]:
        return [type_(row=row) if row is not None else None for row in await read(keys)]

    return load


def lists_of(
    read: Callable[[Sequence[Any]], Awaitable[Sequence[Sequence[Any]]]], type_: Callable[..., Any]
) -> BatchRead:
    """The same where a key has any number of rows."""

    async def load(keys: Sequence[Any]) -> Sequence[Any]:
        return [[type_(row=row) for row in found] for found in await read(keys)]

    return load


Info: TypeAlias = strawberry.Info[Context, None]
