"""X8: what the dearest questions cost, and that they are told what to ask less of."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_introspection_query

from rota.platform.resources import Resources
from rota.platform.storage.database import fetch
from rota.platform.storage.orm import columns_of
from rota.runs import claims
from rota.runs.claims import Usage
from rota.runs.models import Run
from rota.wiring import RULES
from tests.dose import tried
from tests.http.clients import GRAPHQL_JSON, ask
from tests.http.process import WebProcess
from tests.runs.factories import queued
from tests.security.measures import MEGABYTES, SECONDS, cost_of

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells another process's peak"
)
LONG = 400_000
FULL = get_introspection_query(
    descriptions=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)


def _often(type_: str, field: str) -> str:
    return f"query ($s: {type_}) {{ {' '.join(f'a{n}: {field}' for n in range(30))} }}"


EVENTS = " ".join(f"a{n}: events {{ sequence }}" for n in range(25))
TYPES = "types { name fields { name args { name type { name } } type { name } } }"
WITHIN = "nodes { id status agent { id name runs(first: 100) { %s } } }"
PAGES = "nodes { id status queuedAt taskName }"
for _ in range(3):
    PAGES = WITHIN % PAGES
DEAR: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "types by thirty names": (
        f"{{ __schema {{ {' '.join(f'a{n}: {TYPES}' for n in range(30))} }} }}",
        {},
        "facts about the schema",
    ),
    "fields of fields": (
        "{ __schema { types { fields { type { ofType { fields { name args { name type { name } } "
        "type { name fields { name } } } } fields { name type { name fields { name } } } } } } } }",
        {},
        "introspection depth",
    ),
    "inputs by name": ("{ runs(first: 100) { nodes { input } } }", {}, "`input`"),
    "outputs by name": ("{ runs(first: 100) { nodes { id output } } }", {}, "`output`"),
    "thoughts by name": ("{ runs(first: 100) { nodes { id thoughts } } }", {}, "`thoughts`"),
    "pages within pages": (f"{{ runs(first: 100) {{ {PAGES} }} }}", {}, "values"),
    "a long variable, often": (
        _often("JSON!", "checkSchema(schema: $s) { isValid }"),
        {"s": "x" * 4_000_000},
        "`$s`",
    ),
    "a long search, often": (
        _often("String", "agents(search: $s) { totalCount }"),
        {"s": "x" * 4_000_000},
        "`$s`",
    ),
    "a value of long ones": (
        f"query ($s: JSON!) {{ checkSchema(schema: {{a: [{'$s ' * 500}]}}) {{ isValid }} }}",
        {"s": "x" * 1_000_000},
        "`$s`",
    ),
    "events of each": (
        f"{{ runs(first: 100) {{ nodes {{ {EVENTS} }} }} }}",
        {},
        "reads of their own",
    ),
}
CHEAP = {
    "a page of all that is short": "{ runs(first: 100) { nodes { id status agentName } } }",
    "a page with its agents": "{ runs(first: 100) { nodes { id agent { name systemPrompt } } } }",
    "one long input": "{ runs(first: 1) { nodes { input } } }",
}


@pytest.fixture
async def planted(resources: Resources) -> Resources:
    run = await queued(resources)
    [claim] = await claims.claim_queued(resources, RULES, "worker", 1)
    await claims.succeed(resources, RULES, claim, {"category": "bug", "confidence": 1}, Usage())
    same = ", ".join({*columns_of(Run)} - {"id", "input", "output", "thoughts"})
    plant = f"""
        INSERT INTO run (id, input, output, thoughts, {same})
        SELECT gen_random_uuid(), to_json($2::text), to_json($2::text), $2, {same}
        FROM run, generate_series(1, $3::int) WHERE id = $1
    """
    await fetch(plant, run.id, "x" * LONG, 120)
    return resources


async def test_X8_a_dear_question_is_told_what_to_ask_less_of(
    web: WebProcess, client: httpx.AsyncClient, secret: str, planted: Resources
) -> None:
    for name, (document, variables, told) in DEAR.items():
        async with cost_of(web) as cost:
            answer = await ask(client, document, secret, accept=GRAPHQL_JSON, variables=variables)
        assert answer.status_code == 400, name
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "BAD_REQUEST", name
        assert told in error["message"], name
        assert cost.seconds < SECONDS, (name, cost)
        assert cost.megabytes < MEGABYTES, (name, cost)
        tried["dear questions"] += 1


async def test_X8_what_is_not_asked_for_is_not_read(
    web: WebProcess, client: httpx.AsyncClient, secret: str, planted: Resources
) -> None:
    for name, document in CHEAP.items():
        async with cost_of(web) as cost:
            answer = await ask(client, document, secret)
        assert "errors" not in answer.json(), name
        assert cost.megabytes < 15, (name, cost)
        if name == "one long input":
            [run] = answer.json()["data"]["runs"]["nodes"]
            assert run["input"] == "x" * LONG


@pytest.mark.parametrize("field", ["input", "thoughts"])
async def test_X8_the_longest_answer_costs_less_than_a_second_and_50_MB(
    field: str, web: WebProcess, client: httpx.AsyncClient, secret: str, planted: Resources
) -> None:
    async with cost_of(web) as cost:
        answer = await ask(client, f"{{ runs(first: 80) {{ nodes {{ {field} }} }} }}", secret)
    assert [run[field] for run in answer.json()["data"]["runs"]["nodes"]] == ["x" * LONG] * 80
    assert len(answer.content) == int(answer.headers["Content-Length"]) > 30_000_000
    assert cost.seconds < SECONDS, cost
    assert cost.megabytes < MEGABYTES, cost


async def test_X8_tools_get_the_whole_schema(
    web: WebProcess, client: httpx.AsyncClient, secret: str
) -> None:
    async with cost_of(web) as cost:
        answer = await ask(client, FULL, secret)
    assert len(json.dumps(answer.json()["data"])) > 100_000
    assert "errors" not in answer.json()
    assert cost.seconds < SECONDS, cost
