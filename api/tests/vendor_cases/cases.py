"""The cases of what vendors send, as they lie beside the project."""

import json
from functools import cache
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[3]
FOLDER = PROJECT.parent / "shared" / "vendor-cases"

Case = dict[str, Any]


@cache
def all_cases() -> tuple[Case, ...]:
    index = FOLDER / "index.json"
    if not index.is_file():
        raise FileNotFoundError(
            "The vendor cases are missing: index.json is expected in ../shared/vendor-cases, "
            "beside the project's own folder."
        )
    return tuple(json.loads(index.read_text()))


def cases(play: str) -> list[Case]:
    return [case for case in all_cases() if case["play"] == play]


def content(case: Case) -> bytes:
    return (FOLDER / str(case["file"])).read_bytes()
