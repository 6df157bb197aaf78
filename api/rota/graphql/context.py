"""What every resolver is given: who asks, and the way to the rest."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from rota.platform.actor import Actor
from rota.platform.resources import Resources
from rota.platform.unit_of_work import Rules, UnitOfWork, unit_of_work

# Answers in the order of the ids; None (or an empty list) for what is not there.
BatchRead = Callable[[Sequence[UUID]], Awaitable[Sequence[Any]]]


@dataclass
class Context:
    """`batch_reads` are registered by name in rota/schema.py, so that a lower slice's
    type can refer to a higher slice's rows without importing it."""

    resources: Resources
    rules: Rules
    batch_reads: Mapping[str, BatchRead]
    actor: Actor
    request_id: str
    _loaders: dict[str, DataLoader[UUID, Any]] = field(default_factory=dict)

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return unit_of_work(self.resources, self.rules, self.actor)

    async def load(self, name: str, id: UUID) -> Any:
        """Batches what is asked for at the same moment. Nothing is cached: on a socket
        one context serves for hours."""
        loader = self._loaders.get(name)
        if loader is None:
            read = self.batch_reads[name]

            async def load(ids: list[UUID]) -> Sequence[Any]:
                return await read(ids)

            loader = self._loaders[name] = DataLoader(load, cache=False)
        return await loader.load(id)


Info: TypeAlias = strawberry.Info[Context, None]
