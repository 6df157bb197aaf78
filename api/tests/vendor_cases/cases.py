"""The handed cases of what vendors and people really send, read where they stand."""

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3].parent / "shared" / "vendor-cases"


def cases(play: str) -> list[Any]:
    """Those that are played in one way. Raises FileNotFoundError where the folder is not beside the
    project's own."""
    index: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text())
    return [case for case in index if case["play"] == play]


def content(case: dict[str, Any]) -> bytes:
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
