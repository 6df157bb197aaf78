"""What every resolver is given: who asks, and the way to the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import strawberry

from rota.platform.kernel.actor import Actor
from rota.platform.kernel.events import AuditedEvent
from rota.platform.resources import Resources
from rota.platform.storage.records import Lookup, Row, fill, has
from rota.platform.unit_of_work import Rules, UnitOfWork, shortly_or_at_length, unit_of_work

# Answers in the order of the keys: an id, or a tuple of an id and a field's arguments. What
# it gives is ready for GraphQL, because who asks may not know its type; None (or an empty
# list) for what is not there.
R = TypeVar("R")
BatchRead = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]


@dataclass
class Context:
    """`batch_reads` are what the slices bring, by name, so that a lower slice's type can refer to a
    higher slice's rows without importing it."""

    resources: Resources
    rules: Rules
    batch_reads: Mapping[str, BatchRead]
    actor: Actor
    request_id: str
    _batches: dict[str, "Batch"] = field(default_factory=dict)
    _filling: dict[tuple[type[Row], tuple[str, ...]], "Filling"] = field(default_factory=dict)

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return unit_of_work(self.resources, self.rules, self.actor)

    async def shortly_or_at_length(
        self,
        kind: type[AuditedEvent],
        *,
        shortly: Callable[[UnitOfWork], Awaitable[R | None]],
        at_length: Callable[[UnitOfWork], Awaitable[R]],
    ) -> R:
        return await shortly_or_at_length(
            self.resources, self.rules, self.actor, kind, shortly=shortly, at_length=at_length
        )

    async def load(self, name: str, key: Hashable, read: BatchRead | None = None) -> Any:
        """Batches what is asked for at the same moment. Nothing is cached: on a socket
        one context serves for hours. `read`: where the slice has it at hand."""
        batch = self._batches.get(name)
        if batch is None:
            batch = self._batches[name] = Batch()
            batch.task = asyncio.create_task(self._read(name, read or self.batch_reads[name]))
            batch.task.add_done_callback(_ignore)  # there may be nobody left to be told
        batch.keys.append(key)
        found = await asyncio.shield(batch.task)  # others wait for it, too
        return found[key]

    async def load_all(self, name: str, keys: Sequence[Hashable]) -> list[Any]:
        """What `load` gives, for many keys at once and in their order."""
        found = await _by_key(self.batch_reads[name], keys)
        return [found[key] for key in keys]

    async def fill(self, rows: Sequence[Row], columns: tuple[str, ...]) -> None:
        """What rows of one model lack of these columns, read for all that ask at the same moment.
        Raises TooLarge, and BadRequest."""
        lacking = [row for row in rows if not has(row, columns)]
        if not lacking:
            return
        key = type(lacking[0]), columns
        filling = self._filling.get(key)
        if filling is None:
            filling = self._filling[key] = Filling()
            filling.task = asyncio.create_task(self._fill(key))
            filling.task.add_done_callback(_ignore)
        filling.rows += lacking
        await asyncio.shield(filling.task)

    async def _fill(self, key: tuple[type[Row], tuple[str, ...]]) -> None:
        await asyncio.sleep(0)  # whoever is to run now may still ask
        await fill(self._filling.pop(key).rows, key[1])

    async def _read(self, name: str, read: BatchRead) -> dict[Hashable, Any]:
        await asyncio.sleep(0)  # whoever is to run now may still ask
        return await _by_key(read, self._batches.pop(name).keys)


@dataclass
class Batch:
    """What is asked for together. Strawberry's DataLoader does the same, but where one of those who
    ask is cancelled meanwhile, it can leave the others waiting for ever."""

    keys: list[Hashable] = field(default_factory=list)
    task: asyncio.Task[dict[Hashable, Any]] = field(init=False)


@dataclass
class Filling:
    """Rows that lack something."""

    rows: list[Row] = field(default_factory=list)
    task: asyncio.Task[None] = field(init=False)


def _ignore(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()


async def _by_key(read: BatchRead, keys: Sequence[Hashable]) -> dict[Hashable, Any]:
    different = list(dict.fromkeys(keys))
    return dict(zip(different, await read(different), strict=True))


def shown(
    read: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]], type_: Callable[..., Any]
) -> BatchRead:
    """A batch read of rows as one of the GraphQL type that shows them."""

    async def load(keys: Sequence[Any]) -> Sequence[Any]:
        return [type_(row=row) if row is not None else None for row in await read(keys)]

    return load


@dataclass(frozen=True)
class RowRead:
    """A batch read of the rows that a lookup finds, as the GraphQL type that shows them: one for
    each key, or a list."""

    lookup: Lookup[Any]
    type: Callable[..., Any]
    is_list: bool = False

    async def __call__(self, keys: Sequence[Any]) -> Sequence[Any]:
        found = await self.lookup.rows(keys)
        if self.is_list:
            return [[self.type(row=row) for row in found.get(key, ())] for key in keys]
        return [self.type(row=found[key][0]) if key in found else None for key in keys]


Info: TypeAlias = strawberry.Info[Context, None]
