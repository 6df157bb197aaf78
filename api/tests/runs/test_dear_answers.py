"""An answer that is dear to judge costs no other run its lease."""

from typing import Any

import pytest

from rota.platform.resources import Resources
from rota.runs.models import RunStatus
from tests.runs.factories import assignment, ended, queued
from tests.vendors.script import Gate, Says

pytestmark = pytest.mark.usefixtures("run_loop")
GOOD = '{"category": "bug", "confidence": 0.9}'
FORMS = [{"const": at} for at in range(600)]
OBJECTS = [{"a": at} for at in range(5_000)]
DEAR: list[tuple[Any, str, str]] = [
    ({"items": {"oneOf": FORMS}}, ",".join(["-1"] * 500), "breaks the response schema"),
    ({"items": {"enum": OBJECTS}}, ",".join(['{"a":4999}'] * 20_000), "too dear to check"),
]


@pytest.mark.parametrize(("schema", "items", "words"), DEAR)
async def test_R7_others_go_on_while_an_answer_is_judged(
    resources: Resources, vendor: Any, schema: Any, items: str, words: str
) -> None:
    gate = Gate()
    response = {"type": "object", "properties": {"it": {"type": "array", **schema}}}
    dear = await assignment(resources, base_url=vendor.url, response_schema=response)
    plain = await assignment(resources, base_url=vendor.url)
    vendor.default = lambda body: (
        Says((f'{{"it":[{items}]}}',)) if "4999" in str(body) or "599" in str(body)
        else Says(tuple(GOOD), gate)
    )  # fmt: skip
    others = [await queued(resources, plain) for _ in range(5)]
    run = await ended(resources, await queued(resources, dear))
    gate.open_for_good()
    assert run.error_code == "OUTPUT_INVALID"
    assert words in (run.error_message or "")
    for one in others:
        other = await ended(resources, one)
        assert other.status is RunStatus.SUCCEEDED
        assert (other.attempt, other.lost_leases) == (1, 0)
