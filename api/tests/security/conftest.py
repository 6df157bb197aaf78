"""The web process and clients of tests/http, and a row of each kind to aim at."""

from collections.abc import AsyncIterator

import pytest

from rota.platform.resources import Resources
from tests.http import conftest as http
from tests.security.rows import Rows, make_rows
from tests.security.stack import Stack, stack

web, client, secret = http.web, http.client, http.secret


@pytest.fixture
async def rows(resources: Resources) -> Rows:
    return await make_rows(resources)


@pytest.fixture(scope="package")
async def whole() -> AsyncIterator[Stack]:
    async with stack() as whole:
        yield whole
