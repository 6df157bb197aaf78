"""X8: what a connection costs on which somebody sends without an end, signed in or not."""

from pathlib import Path

import httpx
import pytest

from tests.dose import dose, tried
from tests.http.process import WebProcess
from tests.security.floods import FLOODS, SIGNED_IN, Flood, pour
from tests.security.measures import MEGABYTES, SECONDS, cost_of

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells another process's peak"
)
MOST_BYTES = dose(20_000_000, 150_000_000)


async def check(web: WebProcess, client: httpx.AsyncClient, flood: Flood) -> None:
    async with cost_of(web) as cost:
        await pour(web, flood, MOST_BYTES)
        # Once this is answered what came before was read.
        assert (await client.get("/healthz")).status_code == 200
    assert cost.megabytes < MEGABYTES, cost
    assert cost.seconds < SECONDS, cost


@pytest.mark.parametrize("name", FLOODS)
async def test_X8_a_flood_costs_less_than_a_second_and_50_MB(
    name: str, web: WebProcess, client: httpx.AsyncClient
) -> None:
    await check(web, client, FLOODS[name])
    tried["floods before signing in"] += 1


@pytest.mark.parametrize("name", SIGNED_IN)
async def test_X8_a_flood_of_somebody_known_costs_no_more(
    name: str, web: WebProcess, client: httpx.AsyncClient, secret: str
) -> None:
    await check(web, client, SIGNED_IN[name](secret))
