"""The handed cases of what vendors and people really send, read where they stand."""

import json
import re
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


def differs(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """In what a result is not as expected; one of `any` is enough."""
    if "any" in expected:
        each = [differs(one, found) for one in expected["any"]]
        return min(each, key=len)
    return [
        f"{name}: {found.get(name)!r} for {wanted!r}"
        for name, wanted in expected.items()
        if not _fits(name, wanted, found)
    ]


def _fits(name: str, wanted: Any, found: dict[str, Any]) -> bool:
    is_there = found.get(name)
    match name:
        case "message":
            return bool(re.search(wanted, found["message"] or "", re.IGNORECASE))
        case "message_not":
            return not re.search(wanted, found["message"] or "", re.IGNORECASE)
        case "code":
            return is_there in wanted
        case "calls":
            return bool(wanted[0] <= found["calls"] <= wanted[1])
        case "usage":
            return all(found["usage"][key] == value for key, value in wanted.items())
    return bool(is_there == wanted)
