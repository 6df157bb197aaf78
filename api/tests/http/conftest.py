"""A real web process on the test run's stores, and clients that know who they are."""

from collections.abc import AsyncIterator

import httpx
import pytest

from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from rota.platform.settings import Settings
from tests.access.factories import token
from tests.http.process import WebProcess, web_process


@pytest.fixture(scope="session")
async def web(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WebProcess]:
    async with web_process(settings, tmp_path_factory.mktemp("web")) as web:
        yield web


@pytest.fixture
async def client(web: WebProcess) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=web.url, trust_env=False) as client:
        yield client


@pytest.fixture
async def secret(resources: Resources) -> str:
    """An owner's token."""
    _, secret = await token(resources, Role.OWNER)
    return secret
