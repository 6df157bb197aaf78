"""JSON Schemas as people write them: accepted or refused, and judging as they should (C3, C9)."""

from typing import Any

import pytest

from rota.contracts import check_schema, compile_contract
from rota.platform.kernel import jsontext
from tests.vendor_cases.cases import cases, content


@pytest.mark.parametrize("case", cases("schema"), ids=lambda case: case["id"])
def test_C3_C9_schemas_that_people_use(case: dict[str, Any]) -> None:
    schema = jsontext.loads(content(case))
    issues = check_schema(schema)
    assert (issues == []) is case["expect"]["valid"]
    if issues:
        assert all(issue.message for issue in issues)
    else:
        contract = compile_contract(schema)
        assert contract.issues(case["good"]) == []
        assert contract.issues(case["bad"]) != []
