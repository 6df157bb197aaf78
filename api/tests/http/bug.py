"""A fault of Rota's own, which no client could bring about: a column that is gone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rota.platform.storage.database import fetch

FAILS = "{ auditEntries { nodes { action } } }"


@asynccontextmanager
async def a_bug() -> AsyncIterator[None]:
    await fetch("ALTER TABLE audit_entry RENAME action TO planted")
    try:
        yield
    finally:
        await fetch("ALTER TABLE audit_entry RENAME planted TO action")
