"""The connections that a process keeps: none is waited for without end, and none that hangs or
leads to where nothing can be written is used again."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from rota.platform.kernel.errors import Hung, Unavailable
from rota.platform.storage.driver import LATE, SHORT, Connection, finish, trouble

ACQUIRE_SECONDS = 12.0
RELEASE_SECONDS = 1.0
CLOSE_SECONDS = 1.0
IDLE_SECONDS = 20.0
AGAIN_SECONDS = 0.1
MAX_STATEMENTS = 50_000


class Pool(asyncpg.Pool):
    __slots__ = ()

    def __init__(self, **options: Any) -> None:
        ours = {
            "connection_class": Connection,
            "record_class": asyncpg.Record,
            "max_queries": MAX_STATEMENTS,
            "max_inactive_connection_lifetime": IDLE_SECONDS,
            "reset": finish,
        }
        super().__init__(**{**options, **ours})

    async def _acquire(self, timeout: float | None) -> Any:
        """Raises Unavailable. Where the server has no connection left for us, one of those that
        others give back is waited for."""
        says = LATE
        try:
            async with asyncio.timeout(ACQUIRE_SECONDS):
                while True:
                    try:
                        return await super()._acquire(timeout)  # type: ignore[misc]  # not typed
                    except asyncpg.TooManyConnectionsError:
                        says = SHORT
                        trouble.note(SHORT)
                    await asyncio.sleep(AGAIN_SECONDS)
        except TimeoutError as error:
            raise (Hung(LATE) if says is LATE else Unavailable(SHORT)) from error

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:
        """One that hangs, or whose statement did, is thrown away."""
        if getattr(connection, "is_given_up", False):
            connection.terminate()
        elif getattr(connection, "is_read_only", False):
            await self.expire_connections()
        with suppress(OSError, Unavailable, asyncpg.InterfaceError, asyncpg.PostgresError):
            await super().release(connection, timeout=timeout or RELEASE_SECONDS)

    async def close(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await super().close()
        except TimeoutError:
            self.terminate()
