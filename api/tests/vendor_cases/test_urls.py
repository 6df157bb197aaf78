"""Addresses as people write them."""

from urllib.parse import urlsplit

import pytest

from rota.platform.resources import Resources
from tests.conftest import GraphQL
from tests.providers.routes import Routes, listing
from tests.vendor_cases.cases import Case, cases
from tests.vendor_cases.checked import checked, misses
from tests.vendors.server import serve


@pytest.mark.parametrize("case", cases("url"), ids=lambda case: case["id"])
async def test_P2_P3_an_address_is_taken_as_the_case_expects(
    graphql: GraphQL, resources: Resources, case: Case
) -> None:
    routes = Routes({"GET /list/v1/models": listing("m1")})
    async with serve(routes) as url:
        base_url = case["base"].replace("{port}", str(urlsplit(url).port))
        shown = await checked(graphql, resources, "OPENAI_COMPATIBLE", base_url)
    assert misses(shown, case["expect"]) == []


@pytest.mark.parametrize(
    "ending", ["", "/chat/completions", "/v1/chat/completions/", "/v1/models", "/v1/responses"]
)
async def test_P3_an_address_that_is_nearly_right_comes_with_the_right_one(
    graphql: GraphQL, resources: Resources, ending: str
) -> None:
    routes = Routes({"GET /list/v1/models": listing("m1")})
    async with serve(routes) as url:
        shown = await checked(graphql, resources, "OPENAI_COMPATIBLE", f"{url}/list{ending}")
    right = f"{url}/list/v1"
    assert shown["validationStatus"] == "ERROR"
    assert right in shown["validationError"]
    assert shown["validationFix"] == {"label": f"Use {right}", "baseUrl": right}
