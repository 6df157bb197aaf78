"""How large a JSON Schema may be, and what its patterns may cost."""

import re
from collections.abc import Iterable
from typing import Any

from rota.contracts.references import objects, walk
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.jsonvalue import Path, measure

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 50_000
MAX_PATTERN_LENGTH = 6_000
MAX_TRIED_LENGTH = 1_000  # of a pattern that is tried out
MAX_PATTERN_UNITS = 4_000  # about a second of compiling, if every unit is as dear as they get
MAX_REWRITTEN = 1_000_000  # some half a second: each of these in a pattern is a pass over all of it
REWRITTEN = re.compile(r"\\[wWdDsS]")
MAX_UNITS_OF_ONE = 200  # beyond this the regex engine's own size limit ends the compiling


def at(path: Path, message: str) -> Issue:
    return Issue(tuple(map(str, path)), message)


def size_issues(schema: Any) -> list[Issue]:
    """The first limit the schema breaks; empty if it may be handed to recursive code."""
    extent = measure(schema, MAX_NODES, MAX_DEPTH)
    if extent.fault:
        return [at(extent.fault.path, extent.fault.message)]
    if extent.characters > MAX_BYTES or len(jsontext.dump_bytes(schema)) > MAX_BYTES:
        return [at((), f"It is larger than {MAX_BYTES // 1024:,} KiB.")]
    return []


def pattern_issues(schema: Any) -> list[Issue]:
    """The first limit that the patterns of a small enough schema break."""
    if not isinstance(schema, dict):
        return []
    patterns = {pattern for node in objects(schema) for pattern in patterns_of(node)}
    longest = max(map(len, patterns), default=0)
    if longest > MAX_PATTERN_LENGTH:
        return [_too_long(schema, MAX_PATTERN_LENGTH, "")]
    units = sum(min(reach(pattern), MAX_UNITS_OF_ONE) for pattern in patterns)
    rewritten = sum(len(pattern) * len(REWRITTEN.findall(pattern)) for pattern in patterns)
    if units > MAX_PATTERN_UNITS or rewritten > MAX_REWRITTEN:
        return [at((), "Its patterns are too many or repeat too much. Use fewer or shorter ones.")]
    return []


def tried_pattern_issues(schema: Any) -> list[Issue]:
    """For a schema with patterns that only trying tells."""
    longest = max((len(one) for node in objects(schema) for one in patterns_of(node)), default=0)
    if longest <= MAX_TRIED_LENGTH:
        return []
    return [_too_long(schema, MAX_TRIED_LENGTH, " in a schema with look-around or back-references")]


def patterns_of(schema: dict[str, Any]) -> Iterable[str]:
    if isinstance(pattern := schema.get("pattern"), str):
        yield pattern
    if isinstance(named := schema.get("patternProperties"), dict):
        yield from named


def reach(pattern: str) -> int:
    """A guess at the compiled size: character classes times counted repetitions."""
    units = 1 + len(re.findall(r"\\[pPwWdDsS]|\[|\.", pattern))
    for most in re.findall(r"\{(?:\d+,)?(\d{1,9})\}", pattern):
        units = min(units * max(int(most), 1), 1_000_000)
    return units


def _too_long(schema: Any, most: int, where: str) -> Issue:
    path = next(
        path
        for path, node in walk(schema)
        if isinstance(node, dict) and any(len(one) > most for one in patterns_of(node))
    )
    return at(path, f"A pattern is longer than {most:,} characters{where}.")
