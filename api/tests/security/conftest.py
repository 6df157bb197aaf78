"""The web process and clients of tests/http, and a row of each kind to aim at."""

from collections.abc import AsyncIterator

import pytest

from rota.platform.resources import Resources
from rota.providers.models import ProviderType
from tests.http import conftest as http
from tests.providers.factories import provider
from tests.runs.factories import assignment
from tests.security.rows import Rows, make_rows
from tests.security.stack import Stack, stack

web, client, secret = http.web, http.client, http.secret


@pytest.fixture
async def rows(resources: Resources) -> Rows:
    return await make_rows(resources)


@pytest.fixture
async def targets(resources: Resources, rows: Rows) -> Rows:
    keyed = await provider(
        resources,
        type=ProviderType.OPENAI_COMPATIBLE,
        base_url="http://127.0.0.1:9/v1",
        api_key="sk-0123456789abc",
    )
    free = await assignment(resources, request_schema=None, user_prompt=None)
    return rows | {"keyed": [str(keyed.id)], "free text": [str(free.id)]}


@pytest.fixture(scope="package")
async def whole() -> AsyncIterator[Stack]:
    async with stack() as whole:
        yield whole
