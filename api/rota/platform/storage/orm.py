"""What the ORM, Tortoise, is asked for beyond what it documents. Named in its configuration as the
engine, this module gives the client."""

from collections.abc import Awaitable, Callable
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient

from rota.platform.storage.driver import away_is_unavailable


class Client(AsyncpgDBClient):
    """Every statement outside a transaction comes through here, with the connection it takes from
    the pool."""

    async def _translate_exceptions(
        self, func: Callable[..., Awaitable[Any]], *args: Any, **options: Any
    ) -> Any:
        with away_is_unavailable(connects=True):
            return await super()._translate_exceptions(func, *args, **options)


client_class = Client
