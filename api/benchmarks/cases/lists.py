"""Fifty agents with their provider and each one's assignments with their tasks."""

import json
from datetime import datetime
from typing import Any

from benchmarks.client import Job, once
from benchmarks.figures import PRODUCT, Figures, at_least, at_most
from benchmarks.rounds import EVERYTHING, Subject, alternate
from benchmarks.site import Site

CASE = "agents(first: 50), 16 connections"
REST, FLOOR = "FastAPI + SQLModel", "Starlette + asyncpg + orjson"
POSTGRAPHILE = "PostGraphile 5"
FIRST = 50
DOCUMENT = """query ($first: Int!) { agents(first: $first) { nodes {
  id name description modelName revision createdAt updatedAt
  provider { id name type validationStatus }
  assignments { id isActive assignedAt task { id name revision } }
} } }"""
BODY = json.dumps({"query": DOCUMENT, "variables": {"first": FIRST}})
PEERS_DOCUMENT = """query ($first: Int!) {
agents: allAgentsList(first: $first, orderBy: NAME_KEY_ASC) {
  id: rowId name description modelName revision createdAt updatedAt
  provider: providerByProviderId { id: rowId name type validationStatus }
  assignments(condition: {isActive: true}, orderBy: ROW_ID_DESC) {
    id: rowId isActive assignedAt task { id: rowId name revision }
  } } }"""
PEERS_BODY = json.dumps({"query": PEERS_DOCUMENT, "variables": {"first": FIRST}})
LAST = '"name":"Agent 000050"'


async def subjects(site: Site) -> list[Subject]:
    api = await site.start_api()
    product = Job(f"{api}/graphql", 400, body=BODY, headers=site.headers, expect=LAST)
    found = [Subject(PRODUCT, (site.pids["api"],), product)]
    for name, title, requests in (
        ("rest", REST, 150),
        ("floor", FLOOR, 600),
    ):
        url = await site.start_yardstick(name)
        job = Job(f"{url}/agents?first={FIRST}", requests, method="GET", expect=LAST)
        found.append(Subject(title, (site.pids[name],), job))
    url = f"{await site.start_postgraphile()}/graphql"
    headers = {"Content-Type": "application/json"}
    job = Job(url, 400, body=PEERS_BODY, headers=headers, expect=LAST)
    found.append(Subject(POSTGRAPHILE, (site.pids["postgraphile"],), job))
    return found


def agents_in(answer: bytes) -> list[Any]:
    """What the answer says, whatever its envelope and its way to write a moment."""
    content = json.loads(answer, object_hook=_with_moments)
    agents = content["data"]["agents"] if isinstance(content, dict) else content
    found: list[Any] = agents["nodes"] if isinstance(agents, dict) else agents
    return found


def _with_moments(members: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name.endswith("At") else value
        for name, value in members.items()
    }


async def run(site: Site, figures: Figures, rounds: int) -> None:
    found = await subjects(site)
    product, *others = [agents_in(await once(subject.job)) for subject in found]
    if len(product) != FIRST or any(other != product for other in others):
        raise RuntimeError("The yardsticks do not answer what the product does.")
    await alternate(figures, CASE, subjects=found, engines=site.engine_pids, rounds=rounds)
    figures.goal(CASE, EVERYTHING, at_most(0.7, POSTGRAPHILE), at_most(1.75, FLOOR))
    figures.goal(CASE, "throughput", at_least(10, REST))
