"""The web process and clients of tests/http, and a row of each kind to aim at."""

import pytest

from rota.platform.resources import Resources
from tests.http import conftest as http
from tests.security.rows import Rows, make_rows

web, client, secret = http.web, http.client, http.secret


@pytest.fixture
async def rows(resources: Resources) -> Rows:
    return await make_rows(resources)
