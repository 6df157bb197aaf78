"""Creating an agent, with its audit entry, revision and event, beside a plain insert."""

import json

from benchmarks.client import Job
from benchmarks.figures import PRODUCT, Figures, at_most
from benchmarks.rounds import Subject, alternate
from benchmarks.site import Site

CASE = "createAgent, 16 connections"
REST = "FastAPI + SQLModel"
DOCUMENT = """mutation ($input: CreateAgentInput!) { createAgent(input: $input) {
  __typename ... on CreateAgentPayload { agent { id name revision } }
  ... on Error { message } } }"""
AGENT = {
    "name": "New {number}",
    "description": "Reads what customers write and says what it is about.",
    "systemPrompt": "You sort messages into categories, and say how sure you are.",
    "userPrompt": "{{message}}",
    "modelName": "small",
    "modelSettings": {"temperature": 0.2},
}


async def run(site: Site, figures: Figures, rounds: int) -> None:
    api, rest = await site.start_api(), await site.start_yardstick("rest")
    agent = AGENT | {"providerId": await site.value("SELECT id::text FROM provider LIMIT 1")}
    body = json.dumps({"query": DOCUMENT, "variables": {"input": agent}})
    product = Job(f"{api}/graphql", 300, body=body, headers=site.headers, expect='"revision":1')
    plain = Job(
        f"{rest}/agents",
        300,
        body=json.dumps(agent),
        headers={"Content-Type": "application/json"},
        start=1_000_000,
        expect='"revision":1',
    )
    await alternate(
        figures,
        CASE,
        subjects=[
            Subject(PRODUCT, (site.pids["api"],), product),
            Subject(REST, (site.pids["rest"],), plain),
        ],
        engines=site.engine_pids,
        rounds=rounds,
    )
    await site.execute("DELETE FROM agent WHERE name LIKE 'New %'")
    figures.goal(CASE, "CPU per request", at_most(1.05, REST))
