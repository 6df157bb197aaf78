"""The driver, asyncpg: its connections, and what it says where the database is away."""

import asyncio
import ssl
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from rota.platform.kernel.errors import Hung, Unavailable, Unstorable

# Longer than a request gets for its answer, which then says so itself.
STATEMENT_SECONDS = 12.0
TROUBLE_SECONDS = 5.0
AWAY = "The database cannot be reached. Nothing was changed; try again soon."
LATE = (
    "The database did not answer in time. Try again soon; a change that was under way may have "
    "been made."
)
BROKEN_OFF = "The database broke this off. Nothing was changed; try again."
NO_ROOM = (
    "The database has no room left on its disk. Nothing was changed; it goes on by itself once "
    "there is room."
)
SHORT = (
    "The database is short of something that it needs (memory, connections). Nothing was changed; "
    "try again soon."
)
READ_ONLY = (
    "The database takes no changes at the moment: it is read-only. Nothing was changed; it goes on "
    "by itself once the database takes changes again."
)
# What PostgreSQL cannot do now, though it may be right, by the longest beginning of its SQLSTATE.
CANNOT_NOW = {
    "08": AWAY,
    "25006": READ_ONLY,
    "25P03": BROKEN_OFF,
    "25P04": BROKEN_OFF,
    "40001": BROKEN_OFF,
    "40003": LATE,
    "40P01": BROKEN_OFF,
    "53": SHORT,
    "53100": NO_ROOM,
    "55P03": BROKEN_OFF,
    "57": AWAY,
    "57014": BROKEN_OFF,
    "58": "The database cannot use its files. Nothing was changed; look at its log.",
}
# What concerns whoever comes next as well.
_LASTING = ("25006", "53", "58")
_SAYS_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.TargetServerAttributeNotMatched,
)
_SAYS_WRONG = (
    asyncpg.DataError,
    asyncpg.ProgramLimitExceededError,
    UnicodeError,
    RecursionError,
)
_NOT_THERE = (OSError, asyncpg.InvalidCatalogNameError)


class Trouble:
    """What the database last said that it cannot do for anybody. It is over when it was not said
    for a while: nobody can tell sooner without writing."""

    def __init__(self) -> None:
        self._said = ""
        self._at = -TROUBLE_SECONDS

    def note(self, sentence: str) -> None:
        self._said, self._at = sentence, time.monotonic()

    def now(self) -> str | None:
        return self._said if time.monotonic() - self._at < TROUBLE_SECONDS else None


trouble = Trouble()


def cannot_now(error: BaseException) -> str | None:
    """What it means for people, where PostgreSQL refuses what it may do another time."""
    state = getattr(error, "sqlstate", None) or ""
    known = [sentence for start in (state, state[:2]) if (sentence := CANNOT_NOW.get(start))]
    if known and state.startswith(_LASTING):
        trouble.note(known[0])
    return known[0] if known else None


@contextmanager
def away_is_unavailable(*, connects: bool = False) -> Iterator[None]:
    """Raises Unavailable where the driver says that the database is away or cannot now, rather than
    our statement wrong. While it `connects`, the system's errors say so, too; else they are those
    of whatever is done meanwhile."""
    says_away = _SAYS_AWAY + _NOT_THERE if connects else _SAYS_AWAY
    try:
        yield
    except (asyncpg.PostgresError, *says_away) as error:
        if sentence := cannot_now(error):
            raise Unavailable(sentence) from error
        # The driver calls an address or a value that is none so, and Python a wrong certificate.
        is_value = isinstance(error, ValueError) and not isinstance(error, ssl.SSLError)
        if is_value or not isinstance(error, says_away):
            raise
        raise Unavailable(AWAY) from error


class Connection(asyncpg.Connection):
    """Knows whether a statement was broken off: the driver may have sent half of it, and then
    PostgreSQL waits for the rest with locks held. One that got no answer in time, or one that
    cannot be read, is given up: nobody asks it again."""

    __slots__ = ("is_broken_off", "is_given_up", "is_read_only")

    async def fetch(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().fetch(*args, **options))

    async def fetchrow(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().fetchrow(*args, **options))

    async def fetchval(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().fetchval(*args, **options))

    async def execute(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().execute(*args, **options))

    async def executemany(self, *args: Any, **options: Any) -> Any:
        return await self._noting(super().executemany(*args, **options))

    async def _noting(self, statement: Coroutine[Any, Any, Any]) -> Any:
        if getattr(self, "is_given_up", False):
            statement.close()
            raise Hung(LATE)
        try:
            return await statement
        except asyncio.CancelledError:
            self.is_broken_off = True
            raise
        except TimeoutError as error:
            self.is_given_up = True
            raise Hung(LATE) from error
        except asyncpg.InternalClientError:
            self.is_given_up = True
            raise
        except asyncpg.ReadOnlySQLTransactionError:
            self.is_read_only = True
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
