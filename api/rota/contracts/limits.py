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
MAX_OBJECTS = 18_000  # each some 2 kB of a validator: more than anything else
MAX_PATTERN_LENGTH = 6_000
MAX_TRIED_LENGTH = 1_000  # of a pattern that is tried out
MAX_PATTERN_UNITS = 4_000  # about a second of compiling, if every unit is as dear as they get
MAX_REWRITTEN = 1_000_000  # some half a second: each of these in a pattern is a pass over all of it
MAX_PATTERN_BYTES = 24 * 1024 * 1024  # of a schema's patterns, compiled
MAX_BYTES_OF_ONE = 10_000_000  # beyond this the regex engine's own size limit ends the compiling
REWRITTEN = re.compile(r"\\[wWdDsS]")
MAX_UNITS_OF_ONE = 200  # beyond this the regex engine's own size limit ends the compiling
TOO_MANY = "Its patterns are too many or repeat too much. Use fewer or shorter ones."
# What a part of a pattern takes, compiled: a class of Unicode's letters or digits, a class that
# leaves out little, anything else.
CLASS_BYTES = 85_000.0
DIGITS_BYTES = 15_000.0
WIDE_BYTES = 4_000.0
PLAIN_BYTES = 300.0
MAX_WEIGHT = 1e12
_PART = re.compile(
    r"\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}|.", re.DOTALL
)
_PROPERTY = re.compile(r"\\[pP]")
_WORD = re.compile(r"\\[wWbB]")
_DIGITS = re.compile(r"\\[dDsS]")
_WIDE = re.compile(r"\\[sSDW]|\[\^|\[.*\\[sSDW]", re.DOTALL)


def at(path: Path, message: str) -> Issue:
    return Issue(tuple(map(str, path)), message)


def size_issues(schema: Any) -> list[Issue]:
    """The first limit the schema breaks; empty if it may be handed to recursive code."""
    extent = measure(schema, MAX_NODES, MAX_DEPTH)
    if extent.fault:
        return [at(extent.fault.path, extent.fault.message)]
    if extent.characters > MAX_BYTES or len(jsontext.dump_bytes(schema)) > MAX_BYTES:
        return [at((), f"It is larger than {MAX_BYTES // 1024:,} KiB.")]
    if extent.parts > MAX_OBJECTS and sum(1 for _ in objects(schema)) > MAX_OBJECTS:
        return [at((), f"It has more than {MAX_OBJECTS:,} objects.")]
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
        return [at((), TOO_MANY)]
    return weight_issues(patterns_weight(schema))


def tried_pattern_issues(schema: Any) -> list[Issue]:
    """For a schema with patterns that only trying tells."""
    longest = max((len(one) for node in objects(schema) for one in patterns_of(node)), default=0)
    if longest > MAX_TRIED_LENGTH:
        where = " in a schema with look-around or back-references"
        return [_too_long(schema, MAX_TRIED_LENGTH, where)]
    return weight_issues(patterns_weight(schema, tried=True))


def weight_issues(weight: float) -> list[Issue]:
    """Where its patterns, compiled, would take too many bytes."""
    return [at((), TOO_MANY)] if weight > MAX_PATTERN_BYTES else []


def patterns_weight(schema: Any, *, tried: bool = False) -> float:
    """Of all patterns of a small enough schema, compiled, in bytes. `tried`: by the engine that
    tries them out, to which a letter of a word is any of Unicode's."""
    if not isinstance(schema, dict):
        return 0.0
    each = (one for node in objects(schema) for one in patterns_of(node))
    return sum(min(pattern_weight(one, tried=tried), MAX_BYTES_OF_ONE) for one in each)


def pattern_weight(pattern: str, *, tried: bool = False) -> float:
    """In bytes, as was measured of each kind of part; what is repeated counts as often."""
    totals, last = [0.0], 0.0
    for found in _PART.finditer(pattern):
        part, most = found[0], found["most"] or found["least"]
        if most:
            times = min(int(most[:9]), 1_000_000)
            totals[-1] += last * max(times - 1, 0)
            last = min(last * max(times, 1), MAX_WEIGHT)
        elif part == ")" and len(totals) > 1:
            last = totals.pop()
            totals[-1] += last
        else:
            last = _part_weight(part, tried)
            totals[-1] += last
            if part == "(":
                totals.append(0.0)
    return sum(totals)


def _part_weight(part: str, tried: bool) -> float:
    classes = len(_PROPERTY.findall(part)) + tried * len(_WORD.findall(part))
    if classes:
        return classes * CLASS_BYTES
    if tried and part[0] in "\\[":
        return DIGITS_BYTES if _DIGITS.search(part) else WIDE_BYTES
    is_wide = not part.isascii() or part == "." or bool(_WIDE.match(part))
    return WIDE_BYTES if is_wide else PLAIN_BYTES


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
