"""A Rota of two APIs and two workers that the tests share and may hurt."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from tests.faults.books import Books
from tests.faults.customers import Customers
from tests.faults.inject import Injector
from tests.faults.site import Site, own_site


@pytest.fixture(scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with own_site(tmp_path_factory.mktemp("site"), Random(1)) as site:
        yield site


@pytest.fixture
async def customers(site: Site) -> AsyncIterator[Customers]:
    """They must never see a fault."""
    async with Customers(site, Random(1)) as customers:
        yield customers
        assert customers.faults == []
        assert [program.exits for program in (*site.apis, *site.workers)] == [[], [], [], []]


@pytest.fixture
def inject(site: Site, customers: Customers) -> Injector:
    return Injector(site, customers, Random(1), Books())
