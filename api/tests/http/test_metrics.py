"""`/metrics`: what a monitoring system reads."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from rota.platform.kernel.actor import Role
from rota.platform.resources import Resources
from tests.access.factories import token
from tests.http.clients import ask, bearer, codes, open_socket
from tests.http.process import WebProcess
from tests.runs.factories import queued


async def read(client: httpx.AsyncClient, secret: str) -> dict[str, float]:
    """Samples by name and labels."""
    answer = await client.get("/metrics", headers=bearer(secret))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_it_needs_credentials(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert (answer.status_code, codes(answer.json())) == (401, ["UNAUTHENTICATED"])


async def test_it_tells_of_runs_requests_and_sockets(
    client: httpx.AsyncClient, web: WebProcess, resources: Resources
) -> None:
    _, secret = await token(resources, Role.VIEWER)
    before = await read(client, secret)
    assert before["rota_queue_depth"] == 0
    await queued(resources)
    await queued(resources)
    await ask(client, "{ viewer { name } }", secret)
    async with open_socket(web) as socket:
        await socket.sign_in(secret)
        await socket.subscribe("1", "subscription { runChanged { id } }")
        await socket.subscribe("2", "{ providers { totalCount } }")
        assert (await socket.next())["id"] == "2"
        after = await read(client, secret)
    assert after["rota_runs QUEUED"] == after["rota_queue_depth"] == 2
    assert 0 < after["rota_queue_age_seconds"] < 60
    name = "rota_http_request_seconds_count /graphql 200"
    assert after[name] == before.get(name, 0) + 1
    assert after["rota_sockets"] == before["rota_sockets"] + 1
    assert after["rota_subscribers"] == before["rota_subscribers"] + 1
    assert {"rota_bus_reconnects_total", "rota_workers"} < set(after)


async def test_paths_that_a_client_made_up_have_one_name(
    client: httpx.AsyncClient, secret: str
) -> None:
    await client.get("/made-up-by-me")
    assert not [name for name in await read(client, secret) if "made-up" in name]
