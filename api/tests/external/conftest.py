"""Stores that need the system's own packages: the embedded PostgreSQL has no TLS. Collected by
`make test-external` alone."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.external.authority import Authority
from tests.external.servers import Cluster, account, new_cluster

EXTERNAL = os.environ.get("ROTA_TEST_ENGINES") == "external"
collect_ignore_glob = [] if EXTERNAL else ["test_*.py"]


@contextmanager
def own_folder() -> Iterator[Path]:
    """Short, as sockets want it, and owned by whom the servers run as."""
    with tempfile.TemporaryDirectory(prefix="rota-x-") as name:
        folder = Path(name)
        account().give(folder)
        yield folder


@pytest.fixture(scope="session")
def authority() -> Iterator[Authority]:
    with own_folder() as folder:
        yield Authority(folder, account().give)


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[Cluster]:
    """Empty, to be copied by each server."""
    with own_folder() as folder:
        yield await new_cluster(folder / "pg")
