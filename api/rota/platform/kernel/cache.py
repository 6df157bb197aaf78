"""What is kept for the next who asks: the latest used, by weight."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class Cache(LRUCache[K, V]):
    """Together they weigh at most `max_bytes`, by what `weigh` estimates of each; one that alone
    weighs more is not kept. `released` is called when something goes to make room."""

    def __init__(
        self,
        max_bytes: int,
        weigh: Callable[[V], int],
        released: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(max_bytes, weigh)
        self._released = released

    def __setitem__(self, key: K, value: V) -> None:
        with suppress(ValueError):  # heavier than all may be
            super().__setitem__(key, value)

    def popitem(self) -> tuple[K, V]:
        self._released()
        return super().popitem()
