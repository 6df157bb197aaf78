"""What a JSON Schema may cost, and how large a value is.

Everything here walks with a stack of its own, because a hostile schema is nested without end.
"""

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from rota.contracts.references import MAX_UNFOLDED, Path, unfold, walk
from rota.platform.kernel import jsontext
from rota.platform.kernel.errors import Issue

MAX_BYTES = 256 * 1024
MAX_DEPTH = 64
MAX_NODES = 50_000
MAX_PATTERN_LENGTH = 1_000
MAX_PATTERN_UNITS = 4_000  # about a second of compiling, if every unit is as dear as they get
MAX_UNITS_OF_ONE = 200  # beyond this the regex engine's own size limit ends the compiling
MAX_CHAIN = 500  # the validator follows references by recursion
MAX_INTEGER_BITS = 14_000  # Python reads and writes no integer of over 4,300 digits


class Extent(NamedTuple):
    nodes: int
    depth: int
    fault: tuple[Path, str] | None


def at(path: Path, message: str) -> Issue:
    return Issue(tuple(map(str, path)), message)


def limit_issues(schema: Any) -> list[Issue]:
    """The first limit the schema breaks; empty if it may be handed to recursive code."""
    characters = 0
    patterns = set()
    for count, (path, node) in enumerate(walk(schema)):
        if fault := _fault_of(node):
            return [at(path, fault)]
        if len(path) >= MAX_DEPTH:
            return [at(path[:8], f"It is nested more than {MAX_DEPTH} levels deep.")]
        if count + (len(node) if isinstance(node, (dict, list)) else 0) > MAX_NODES:
            return [at((), f"It has more than {MAX_NODES:,} parts.")]
        characters += _characters_of(node)
        if characters > MAX_BYTES:
            break
        for pattern in _patterns_in(path, node):
            if len(pattern) > MAX_PATTERN_LENGTH:
                return [at(path, f"A pattern is longer than {MAX_PATTERN_LENGTH:,} characters.")]
            patterns.add(pattern)
    if characters > MAX_BYTES or len(jsontext.dump_bytes(schema)) > MAX_BYTES:
        return [at((), f"It is larger than {MAX_BYTES // 1024} KiB.")]
    if sum(map(_units_of, patterns)) > MAX_PATTERN_UNITS:
        return [at((), "Its patterns are too many or repeat too much. Use fewer or shorter ones.")]
    unfolding = unfold(schema)
    if unfolding.size > MAX_UNFOLDED:
        return [at((), f"Its references unfold to more than {MAX_UNFOLDED:,}.")]
    if unfolding.longest_chain > MAX_CHAIN:
        return [at((), f"One reference leads to the next more than {MAX_CHAIN} times.")]
    return []


def measure(value: Any) -> Extent:
    """How large a value is, or where and why it is no JSON or is nested too deeply."""
    nodes = depth = 0
    for path, node in walk(value):
        nodes += 1
        depth = max(depth, len(path))
        if fault := _fault_of(node):
            return Extent(nodes, depth, (path, fault))
        if depth >= jsontext.MAX_DEPTH:
            why = f"It is nested more than {jsontext.MAX_DEPTH} levels deep."
            return Extent(nodes, depth, (path[:8], why))
    return Extent(nodes, depth, None)


def _fault_of(node: Any) -> str | None:
    if isinstance(node, str):
        return None if _is_text(node) else "The text has a broken surrogate."
    if isinstance(node, float):
        return None if math.isfinite(node) else "The number is too large, or is none."
    if isinstance(node, int):
        has_room = node.bit_length() <= MAX_INTEGER_BITS
        return None if has_room else "The number has too many digits."
    if isinstance(node, dict):
        are_names = all(isinstance(key, str) and _is_text(key) for key in node)
        return None if are_names else "A name has a broken surrogate, or is no text."
    return None if node is None or isinstance(node, list) else "This is not JSON."


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _characters_of(node: Any) -> int:
    if isinstance(node, dict):
        return sum(map(len, node))
    return len(node) if isinstance(node, str) else 1


def _patterns_in(path: Path, node: Any) -> Iterator[str]:
    if path and path[-1] == "pattern" and isinstance(node, str):
        yield node
    elif path and path[-1] == "patternProperties" and isinstance(node, dict):
        yield from node


def _units_of(pattern: str) -> int:
    """A guess at the compiled size: character classes times counted repetitions."""
    units = 1 + len(re.findall(r"\\[pPwWdDsS]|\[|\.", pattern))
    for most in re.findall(r"\{(?:\d+,)?(\d{1,9})\}", pattern):
        units = min(units * max(int(most), 1), MAX_UNITS_OF_ONE)
    return min(units, MAX_UNITS_OF_ONE)
