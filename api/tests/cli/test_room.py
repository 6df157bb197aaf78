"""Room for connections to the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from rota.local.embedded import Engines
from rota.platform.crypto import new_key
from rota.platform.settings import Settings
from rota.platform.storage.database import SHARE
from rota.platform.storage.postgres_url import MAX_CONNECTIONS

RUN: Any = import_module("rota.cli.commands.up.run")
KEPT_BY_POSTGRESQL = 3  # for who looks after it


@pytest.mark.parametrize("workers", [1, 2, 5, 20])
async def test_D7_up_has_connections_for_all_that_it_starts(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The API, the workers, and a command beside them."""
    given: list[int] = []

    @asynccontextmanager
    async def start(*arguments: Any) -> AsyncIterator[Engines]:
        given.append(arguments[-1])
        yield Engines("postgresql:///x", "redis://x", 1, 2)

    monkeypatch.setattr(RUN, "start_engines", start)
    async with RUN._stores(Settings(tmp_path, encryption_keys=(new_key(),)), workers):
        pass
    [most] = given
    left = most - KEPT_BY_POSTGRESQL
    assert (workers + 2) * min(MAX_CONNECTIONS, left // SHARE) <= left
