"""The cases that vendors, clients and addresses in the world made, as they stand beside the
project."""

import json
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[3]
FOLDER = PROJECT.parent / "shared" / "vendor-cases"
MISSING = "../shared/vendor-cases is not there, beside the project's own folder."


def played(*ways: str) -> list[Any]:
    """A parameter for each case that is to be played in one of these ways."""
    if not FOLDER.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(MISSING))]
    cases = json.loads((FOLDER / "index.json").read_text())
    return [pytest.param(case, id=case["id"]) for case in cases if case["play"] in ways]
