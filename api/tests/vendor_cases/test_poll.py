"""Runs that are read, status and events in one request, until each has ended."""

import asyncio
from typing import Any

import httpx
import pytest

from rota.inference.errors import RunErrorCode
from rota.platform.resources import Resources
from rota.runs import claims
from rota.runs.claims import Usage
from rota.runs.errors import RunFailure
from rota.runs.models import EventType
from rota.wiring import RULES
from tests.http.clients import ask
from tests.runs.factories import assignment, queued
from tests.runs.moments import LAST, POLL, contradictions
from tests.vendor_cases.cases import cases

READERS = 3  # of each run, so that it is hardly ever not being read
OUTPUT = {"category": "bug", "confidence": 1}
FAILURE = RunFailure(RunErrorCode.PROVIDER_FAILED, "It fell over.")


async def poll(client: httpx.AsyncClient, secret: str, id: str) -> list[str]:
    problems: list[str] = []
    while True:
        response = await ask(client, POLL, secret, variables={"id": id})
        answer = response.json()
        if "errors" in answer:
            return [*problems, str(answer["errors"])]
        problems += contradictions(answer["data"]["run"])
        if answer["data"]["run"]["status"] in LAST:
            return problems


async def do(resources: Resources, claim: claims.Claim, number: int) -> None:
    for text in ("a", "b"):
        await claims.append(resources, claim, EventType.OUTPUT_DELTA, {"text": text})
    if number % 3:
        await claims.fail(resources, RULES, claim, FAILURE, Usage(requests=1))
    else:
        await claims.succeed(resources, RULES, claim, OUTPUT, Usage(requests=1))


async def play(
    resources: Resources, client: httpx.AsyncClient, secret: str, runs: int
) -> list[str]:
    """What was wrong with any answer, while they end one by one."""
    at = await assignment(resources)
    problems: list[str] = []
    for number in range(runs):
        run = await queued(resources, at)
        readers = [asyncio.create_task(poll(client, secret, str(run.id))) for _ in range(READERS)]
        [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
        await do(resources, claim, number)
        for found in await asyncio.gather(*readers):
            problems += found
    return problems


@pytest.mark.parametrize("case", cases("poll"), ids=lambda case: case["id"])
async def test_what_is_read_while_it_ends_is_one_moment(
    case: dict[str, Any], client: httpx.AsyncClient, secret: str, resources: Resources
) -> None:
    assert case["expect"] == {"errors": 0}
    assert await play(resources, client, secret, case["runs"]) == []
