"""The driver, asyncpg: its connections, and what it says where the database is away."""

import asyncio
import ssl
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from rota.platform.kernel.errors import Unavailable, Unstorable

AWAY = "The database cannot be reached. Nothing was changed; try again soon."
_SAYS_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.TargetServerAttributeNotMatched,
)
_SAYS_WRONG = (
    asyncpg.DataError,
    asyncpg.ProgramLimitExceededError,
    UnicodeError,
    RecursionError,
)
_NOT_THERE = (OSError, asyncpg.InvalidCatalogNameError)


@contextmanager
def away_is_unavailable(*, connects: bool = False) -> Iterator[None]:
    """Raises Unavailable where the driver says that the database is away, rather than our
    statement wrong. While it `connects`, the system's errors say so, too; else they are those of
    whatever is done meanwhile."""
    says_away = _SAYS_AWAY + _NOT_THERE if connects else _SAYS_AWAY
    try:
        yield
    except says_away as error:
        # The driver calls an address or a value that is none so, and Python a wrong certificate.
        if isinstance(error, ValueError) and not isinstance(error, ssl.SSLError):
            raise
        raise Unavailable(AWAY) from error


class Connection(asyncpg.Connection):
    """Knows whether a statement was broken off: the driver may have sent half of it, and then
    PostgreSQL waits for the rest with locks held."""

    __slots__ = ("is_broken_off",)

    async def fetch(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().fetch(*args, **options))

    async def fetchrow(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().fetchrow(*args, **options))

    async def execute(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().execute(*args, **options))

    async def _noting(self, statement: Coroutine[Any, Any, Any]) -> Any:
        try:
            return await statement
        except asyncio.CancelledError:
            self.is_broken_off = True
            raise


async def finish(connection: Connection) -> None:
    """We change no state of a connection, so that there is none to reset: a round trip less for
    every statement outside a transaction. Only what was broken off is brought to its end."""
    if getattr(connection, "is_broken_off", False):
        connection.is_broken_off = False
        await connection.execute("SELECT")


@contextmanager
def refused_is_unstorable() -> Iterator[None]:
    """Raises Unstorable for a value that the driver cannot write or PostgreSQL does not take. Never
    with the value itself, which the driver's own words quote."""
    try:
        yield
    except (asyncpg.InterfaceError, *_SAYS_WRONG) as error:
        if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError):
            raise
        raise Unstorable("PostgreSQL does not take a value.") from None
