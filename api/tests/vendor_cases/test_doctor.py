"""Addresses of databases as they are written in the world, given to `rota doctor`."""

import os
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

from rota.migrations.runner import migrate
from rota.platform.crypto import new_key
from tests.cli.process import rota
from tests.external.authority import Authority
from tests.external.conftest import own_folder
from tests.external.servers import account, new_cluster, postgres
from tests.stores import Stores
from tests.vendor_cases.cases import cases

PASSWORD = "hUnter22"
EXTERNAL = os.environ.get("ROTA_TEST_ENGINES") == "external"
Case = dict[str, Any]


def playable() -> list[Any]:
    """Of those with TLS, which the embedded PostgreSQL does not have, only where it is there."""
    return [case for case in cases("doctor") if EXTERNAL or "{tls}" not in case["database"]]


@pytest.fixture
async def plain(stores: Stores) -> AsyncIterator[str]:
    """A new database without TLS, its address without parameters."""
    folder = stores.database_url.partition("?host=")[2]
    server = await asyncpg.connect(stores.database_url)
    await server.execute("DROP DATABASE IF EXISTS doctored WITH (FORCE)")
    await server.execute("CREATE DATABASE doctored")
    yield f"postgresql://postgres@{quote(folder, safe='')}/doctored"
    await server.execute("DROP DATABASE doctored WITH (FORCE)")
    await server.close()


@pytest.fixture(scope="module")
async def tls() -> AsyncIterator[str | None]:
    if not EXTERNAL:
        yield None
        return
    with own_folder() as folder, own_folder() as certificates:
        good = Authority(certificates, account().give).certificates["good"]
        cluster = await new_cluster(folder / "empty")
        async with postgres(folder, cluster, good) as server:
            await migrate(server.url())
            yield server.url()


@pytest.mark.parametrize("case", playable(), ids=lambda case: case["id"])
async def test_a_doctored_address(case: Case, plain: str, tls: str | None, stores: Stores) -> None:
    filled = {"plain": plain, "tls": tls, "pw": PASSWORD}
    environ = {
        "DATABASE_URL": case["database"].format(**filled),
        "REDIS_URL": stores.redis_url,
        "ENCRYPTION_KEY": new_key(),
    }
    said = ""
    if case.get("migrate"):
        migrated = await rota("migrate", **environ)
        assert migrated.status == 0, migrated.err
        said += migrated.out + migrated.err
    done = await rota("doctor", **environ)
    said += done.out + done.err
    expected = case["expect"]
    assert expected.keys() <= {"lacks", "any"}
    pattern = expected["lacks"].replace("{pw}", re.escape(PASSWORD))
    assert not re.search(pattern, said), said
