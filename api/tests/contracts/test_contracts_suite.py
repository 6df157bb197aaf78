"""The official JSON Schema test suite, through the same code that tasks go through."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import ValidationError

from rota.contracts import (
    UnusableSchemaError,
    compile_contract,
    generate_model_from_json_schema,
)
from rota.contracts.contract import NOT_AN_OBJECT

PROJECT = Path(__file__).parents[3]
SUITE = PROJECT.parent / "shared" / "json-schema-test-suite"
MISSES = json.loads((Path(__file__).parent / "suite_misses.json").read_text())
DIALECTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
LEAST_PERCENT = {"draft4": 97.2, "draft7": 97.5, "draft2020-12": 94.7}


class Case(NamedTuple):
    name: str
    schema: Any
    value: Any
    is_valid: bool


def cases(draft: str) -> Iterator[Case]:
    folder = SUITE / draft
    if not folder.is_dir():
        pytest.fail(
            f"The JSON Schema test suite is missing: {folder.name} is expected in "
            "../shared/json-schema-test-suite, beside the project's own folder."
        )
    for file in sorted(folder.glob("*.json")):
        for group in json.loads(file.read_text()):
            schema = group["schema"]
            if isinstance(schema, dict):
                schema = {"$schema": DIALECTS[draft], **schema}
            for test in group["tests"]:
                name = f"{file.stem}: {group['description']}: {test['description']}"
                yield Case(name, schema, test["data"], test["valid"])


def verdict(case: Case) -> bool | None:
    """Whether the schema takes the value; None if it is refused itself. The model says the same,
    but takes objects only."""
    try:
        contract = compile_contract(case.schema)
        model = generate_model_from_json_schema(case.schema)
    except UnusableSchemaError:
        return None
    faults = contract.faults(case.value)
    told = faults if isinstance(case.value, dict) else [((), NOT_AN_OBJECT)]
    if told:
        with pytest.raises(ValidationError) as caught:
            model.model_validate(case.value)
        assert [(each["loc"], each["msg"]) for each in caught.value.errors()] == told, case.name
    else:
        dumped = model.model_validate(case.value).model_dump()
        assert repr(dumped) == repr(case.value), case.name
    return not faults


@pytest.mark.parametrize("draft", DIALECTS)
def test_T2_the_official_suite(draft: str) -> None:
    verdicts = {case.name: (verdict(case), case.is_valid) for case in cases(draft)}
    false_accepts = [name for name, (ours, true) in verdicts.items() if ours and not true]
    assert false_accepts == []
    misses = {name for name, (ours, true) in verdicts.items() if ours is not true}
    known = {name for names in MISSES[draft].values() for name in names}
    assert misses - known == set(), "tests that passed before"
    assert known - misses == set(), "known misses that pass now: take them off the list"
    assert 100 * (1 - len(misses) / len(verdicts)) >= LEAST_PERCENT[draft]
    assert len(verdicts) > 600


def test_T2_a_missing_suite_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(globals(), "SUITE", tmp_path)
    with pytest.raises(pytest.fail.Exception, match="suite is missing"):
        next(cases("draft7"))
