"""Requests and frames as clients in the world send them."""

import re
from typing import Any

import httpx
import pytest

from rota.platform.resources import Resources
from tests.http.clients import bearer, open_socket
from tests.http.process import WebProcess
from tests.runs.factories import assignment
from tests.vendor_cases.cases import FOLDER, cases

Case = dict[str, Any]
ANYTHING = {"type": "object"}


@pytest.mark.parametrize("case", cases("graphql"), ids=lambda case: case["id"])
async def test_a_request_as_it_is_sent(
    case: Case, client: httpx.AsyncClient, secret: str, resources: Resources
) -> None:
    at = await assignment(resources, request_schema=ANYTHING, user_prompt="Do it.")
    content = (FOLDER / case["file"]).read_text().replace("{assignment}", str(at.id))
    response = await client.post(
        "/graphql",
        content=content,
        headers={"Content-Type": "application/json", **bearer(secret), **case.get("headers", {})},
    )
    answer, expected = response.json(), case["expect"]
    assert expected.keys() <= {"data", "http", "error"}
    assert response.status_code in expected.get("http", [200])
    if "data" in expected:
        assert answer == {"data": expected["data"]}
    if "error" in expected:
        assert re.search(expected["error"], answer["errors"][0]["message"], re.IGNORECASE)


@pytest.mark.parametrize("case", cases("socket"), ids=lambda case: case["id"])
async def test_frames_as_they_are_sent(case: Case, web: WebProcess, secret: str) -> None:
    assert case["expect"].keys() == {"types"}
    async with open_socket(web) as socket:
        await socket.sign_in(secret)
        for frame in case["frames"]:
            await socket.send(frame)
        types = [(await socket.next())["type"] for _ in case["expect"]["types"]]
        assert types == case["expect"]["types"]
        await socket.send({"type": "ping"})
        assert (await socket.next())["type"] == "pong", "nothing else came, and it is open"
