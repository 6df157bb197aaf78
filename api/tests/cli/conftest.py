"""One running `rota up` with the demo model, a database of one's own, and the short folders
that sockets want."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from rota.local.local_model import local_model_available
from rota.platform.crypto import new_key
from tests.cli.process import Up, rota, up
from tests.http.process import free_port
from tests.scenarios.client import Client
from tests.stores import Stores


@contextmanager
def short_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="rota-t-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder / "data"


@pytest.fixture(scope="package")
async def demo() -> AsyncIterator[Up]:
    """The first start on an empty folder, with all that comes with it."""
    if not local_model_available():
        pytest.skip("the extra is not installed")
    with short_folder() as folder:
        async with up(folder / "data", free_port()) as running:
            await running.until("Ctrl-C")
            yield running


@pytest.fixture
async def client(demo: Up) -> AsyncIterator[Client]:
    name = uuid4().hex
    made = await rota("token", "create", "--name", name, "--role", "owner", *on(demo))
    client = Client(demo.url, made.out.strip())
    yield client
    await client.close()


def on(running: Up) -> tuple[str, str]:
    return "--data-dir", str(running.data_dir)


@pytest.fixture
async def database(stores: Stores) -> AsyncIterator[dict[str, str]]:
    """The environment of a Rota on stores that somebody else runs: an empty database."""
    name = f"cli_{uuid4().hex}"
    server = await asyncpg.connect(stores.database_url)
    await server.execute(f"CREATE DATABASE {name}")
    try:
        yield {
            "DATABASE_URL": stores.database_url.replace("/postgres?", f"/{name}?"),
            "REDIS_URL": stores.redis_url.replace("db=0", "db=9"),
            "ENCRYPTION_KEY": new_key(),
        }
    finally:
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()
