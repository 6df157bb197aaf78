"""X8: whatever is made up, by somebody unknown, a viewer or a vendor, costs a second and 50 MB at
most, ends no process, and leaves nothing behind. Seeded; an hour in the soak."""

import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from rota.http.graphql import MAX_BODY_BYTES
from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from tests.access.factories import token
from tests.dose import IS_LONG, dose, tried
from tests.http.clients import GRAPHQL_JSON, ask, codes
from tests.http.process import WebProcess
from tests.inference.test_budgets import Asker, asker
from tests.security.attacker import Attacker
from tests.security.floods import pour
from tests.security.measures import MEGABYTES, SECONDS, Cost, cost_of, megabytes
from tests.security.rows import Rows

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells another process's peak"
)
SEED = int(os.environ.get("ROTA_SOAK_SEED", "1"))
ROUNDS = dose(30, 1_000_000)
LONG_SECONDS = int(os.environ.get("ROTA_SOAK_SECONDS", "3600"))
MOST_BYTES = dose(4_000_000, 50_000_000)
MAX_KEPT_MEGABYTES = 100


async def anonymous(attacker: Attacker, web: WebProcess, client: httpx.AsyncClient) -> Cost:
    async with cost_of(web) as cost:
        await pour(web, attacker.flood(), MOST_BYTES)
        assert (await client.get("/healthz")).status_code == 200
    return cost


async def viewer(
    attacker: Attacker, web: WebProcess, client: httpx.AsyncClient, secret: str
) -> Cost:
    question = attacker.question()
    sent = len(json.dumps([question.document, question.variables]))
    async with cost_of(web) as cost:
        try:
            answer = await ask(
                client, question.document, secret, accept=GRAPHQL_JSON, variables=question.variables
            )
        except httpx.TransportError:
            assert sent > MAX_BODY_BYTES, "it hung up"
        else:
            assert answer.status_code < 500, answer.text[:1_000]
            assert "INTERNAL" not in codes(answer.json() if answer.status_code != 413 else {})
            tried[f"a viewer's answers, {answer.status_code}"] += 1
    return cost


async def vendor(attacker: Attacker, hearing: Asker) -> Cost:
    said = await hearing.cost(attacker.vendor())
    assert said["code"] != "INTERNAL", said
    return Cost(said["seconds"], said["megabytes"])


def is_dear(cost: Cost) -> bool:
    return cost.seconds > SECONDS or cost.megabytes > MEGABYTES


@pytest.fixture
async def client(web: WebProcess) -> AsyncIterator[httpx.AsyncClient]:
    """In no hurry, however busy the machine is. It keeps no connection, which might be closed as
    idle at the moment of its next use."""
    one_use = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=web.url, trust_env=False, timeout=300, limits=one_use
    ) as client:
        yield client


@pytest.mark.timeout(LONG_SECONDS + 600 if IS_LONG else 120)
async def test_X8_a_seeded_attacker_finds_nothing_dear(
    web: WebProcess, client: httpx.AsyncClient, resources: Resources, rows: Rows
) -> None:
    _, secret = await token(resources, Role.VIEWER)
    until, found = time.monotonic() + LONG_SECONDS, []
    async with asker() as hearing:
        kept = megabytes(web, "VmRSS")
        for number in range(ROUNDS):
            if time.monotonic() > until:
                break
            seed = SEED * 1_000_000 + number
            costs: list[Cost] = []
            # Others on the machine only add to it: what is dear is so each time.
            while len(costs) < 3 and all(map(is_dear, costs)):
                attacker = Attacker(seed, rows)
                kind = attacker.random.choice((anonymous, viewer, vendor))
                if kind is anonymous:
                    costs.append(await anonymous(attacker, web, client))
                elif kind is viewer:
                    costs.append(await viewer(attacker, web, client, secret))
                else:
                    costs.append(await vendor(attacker, hearing))
            if is_dear(costs[-1]):
                found.append(f"{kind.__name__}, seed {seed}: {costs}")
                sys.stderr.write(f"{found[-1]}\n")
            tried[f"shapes that an attacker made up, {kind.__name__}"] += 1
        assert hearing.process.returncode is None
    assert found == []
    assert web.process.returncode is None
    assert megabytes(web, "VmRSS") - kept < MAX_KEPT_MEGABYTES
