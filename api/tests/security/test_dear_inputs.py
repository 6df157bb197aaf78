"""X8: an input that is dear to judge costs the web process a second and 50 MB at most, and others
are answered meanwhile, however many of them come at once."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from rota.platform.resources import Resources
from rota.platform.storage.postgres_url import MAX_CONNECTIONS
from rota.runs.queueing import BUSY
from tests.contracts.test_judging import constants
from tests.contracts.test_judging_costs import DEAR, objects
from tests.dose import IS_LONG, tried
from tests.http.clients import ask
from tests.http.process import WebProcess
from tests.runs.factories import assignment
from tests.scenarios.documents import RUN_TASK
from tests.security.measures import MEGABYTES, SECONDS, cost_of

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells another process's peak"
)
LISTED = "{ agents { totalCount } }"
TOO_DEAR_WORDS = "takes too long or too much memory"
EACH = "one of 1,000 for each of them"
VALID = (EACH, "lists that hold lists")
INPUTS: dict[str, tuple[Any, Any]] = {
    **DEAR,
    EACH: ({"items": {"oneOf": constants(1_000)}}, [*range(1_000)]),
}
SHORT = ("one of 600 for each of 500", "objects as options", EACH)
TOO_DEAR = ({"items": {"enum": objects(5_000)}}, [{"a": 4_999}] * 20_000)


class Asking:
    def __init__(self, client: httpx.AsyncClient, secret: str) -> None:
        self.client, self.secret = client, secret
        client.timeout = 60

    async def run(self, assignment_id: str, value: Any) -> Any:
        asked = {"input": {"assignmentId": assignment_id, "input": {"it": value}}}
        return (await ask(self.client, RUN_TASK, self.secret, variables=asked)).json()


async def taking(resources: Resources, schema: Any) -> str:
    request = {"type": "object", "properties": {"it": schema}}
    return str((await assignment(resources, request_schema=request, user_prompt=None)).id)


@pytest.mark.parametrize("what", INPUTS if IS_LONG else SHORT)
async def test_X8_an_input_that_is_dear_to_judge_costs_little(
    what: str, web: WebProcess, client: httpx.AsyncClient, secret: str, resources: Resources
) -> None:
    schema, value = INPUTS[what]
    at = await taking(resources, schema)
    async with cost_of(web) as cost:
        answer = await Asking(client, secret).run(at, value)
    is_taken = answer["data"]["runTask"]["__typename"] == "RunTaskPayload"
    assert is_taken is (what in VALID)
    assert cost.seconds < SECONDS, cost
    assert cost.megabytes < MEGABYTES, cost
    tried["inputs judged by the web process"] += 1


async def test_X8_others_are_answered_while_dear_inputs_are_judged(
    web: WebProcess, client: httpx.AsyncClient, secret: str, resources: Resources
) -> None:
    """More of them than a process has connections to the database."""
    schema, value = TOO_DEAR
    at = await taking(resources, schema)
    asking = Asking(client, secret)
    judged = [asyncio.create_task(asking.run(at, value)) for _ in range(MAX_CONNECTIONS + 3)]
    answered = 0
    while not any(task.done() for task in judged):
        assert (await ask(client, LISTED, secret)).json() == {"data": {"agents": {"totalCount": 1}}}
        answered += 1
    assert answered > 5
    for said in await asyncio.gather(*judged):
        assert TOO_DEAR_WORDS in str(said) or BUSY in str(said)
