"""Lists of models as vendors send them."""

import pytest

from rota.platform.resources import Resources
from tests.conftest import GraphQL
from tests.providers.routes import Routes
from tests.vendor_cases.cases import Case, cases, content
from tests.vendor_cases.checked import checked, misses
from tests.vendors.server import serve

MODELS = cases("models")


@pytest.mark.parametrize("case", MODELS, ids=lambda case: case["id"])
async def test_P3_a_list_is_read_as_the_case_expects(
    graphql: GraphQL, resources: Resources, case: Case
) -> None:
    is_ollama = case.get("type") == "OLLAMA"
    answer = (case.get("status", 200), content(case))
    routes = Routes(
        {
            "GET /api/tags" if is_ollama else "GET /v1/models": answer,
            "POST /v1/chat/completions": (400, {"error": {"message": "no messages"}}),
        }
    )
    async with serve(routes) as url:
        base_url = url if is_ollama else f"{url}/v1"
        shown = await checked(
            graphql, resources, "OLLAMA" if is_ollama else "OPENAI_COMPATIBLE", base_url
        )
    assert misses(shown, case["expect"]) == []


async def test_a_case_that_is_not_met_is_told(graphql: GraphQL, resources: Resources) -> None:
    """The negative control of the test before."""
    [case] = [case for case in MODELS if case["id"] == "models-bare-list"]
    async with serve(Routes({"GET /v1/models": (200, [{"id": "m1"}])})) as url:
        shown = await checked(graphql, resources, "OPENAI_COMPATIBLE", f"{url}/v1")
    assert misses(shown, case["expect"]) == ["models"]
    assert misses(shown, {"message_not": "", "count": 2, "refused": "key"}) == [
        "message_not", "count", "refused",
    ]  # fmt: skip


@pytest.mark.parametrize("chat", [(404, {"detail": "Not Found"}), (422, {"detail": "no"})], ids=str)
async def test_P3_without_a_list_the_words_leave_open_what_it_is(
    graphql: GraphQL, resources: Resources, chat: tuple[int, object]
) -> None:
    [case] = [case for case in MODELS if case["id"] == "models-404"]
    routes = Routes({"POST /v1/chat/completions": chat, "GET /v1/models": (404, content(case))})
    async with serve(routes) as url:
        shown = await checked(graphql, resources, "OPENAI_COMPATIBLE", f"{url}/v1")
    assert misses(shown, case["expect"]) == []
    assert (shown["validationStatus"] == "CONNECTED") == (chat[0] == 422)
