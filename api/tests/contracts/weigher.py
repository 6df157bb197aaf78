"""A process that checks dear schemas one after the other, and says as JSON what they cost it at
most each, and what it kept of them all."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rota.contracts import check_schema, compiling

ROUNDS = 8


def patterns(*each: str) -> dict[str, Any]:
    return {"properties": {f"p{at}": {"pattern": one} for at, one in enumerate(each)}}


def lettered(count: int, letter: str, times: int, number: int, more: str = "") -> dict[str, Any]:
    each = (f"^{letter}{{{times}}}x{at}x{number}{more}$" for at in range(count))
    return patterns(*each)


KINDS: dict[str, Callable[[int], dict[str, Any]]] = {
    "19 dear patterns": lambda number: lettered(19, r"\p{L}", 99, number),
    "2 dear patterns": lambda number: lettered(2, r"\p{L}", 99, number),
    "patterns that are tried": lambda number: lettered(6, r"\w", 40, number, "(?=a)"),
    "patterns of anything": lambda number: lettered(19, ".", 199, number),
    "properties": lambda number: {"properties": {f"p{at}x{number}": {} for at in range(17_990)}},
    "options": lambda number: {
        "properties": {"a": {"enum": [{"a": at + number / 100} for at in range(17_990)]}}
    },
    "a long text": lambda number: {"description": f"x{number}" * 200_000},
}


def megabytes(what: str) -> float:
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith(what)]
    return int(line.split()[1]) / 1024


def main() -> None:
    if "--without-weight" in sys.argv:
        for name in ("patterns_weight", "pattern_issues"):
            setattr(compiling, name, lambda *_, **__: 0)
    check_schema({"type": "object"})
    first = megabytes("VmRSS")
    said: dict[str, Any] = {"peak": 0.0, "seconds": 0.0}
    for name in sys.argv[1].split(","):
        for number in range(ROUNDS if "patterns" in name else 3):
            schema = KINDS[name](number)
            Path("/proc/self/clear_refs").write_text("5")
            before, begun = megabytes("VmRSS"), time.process_time()
            check_schema(schema)
            said["seconds"] = max(said["seconds"], time.process_time() - begun)
            said["peak"] = max(said["peak"], megabytes("VmHWM") - before)
    said["kept"] = megabytes("VmRSS") - first
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
