"""Where the references of a schema lead, and how they are written."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from rota.platform.kernel.jsonvalue import Path

MAX_LOOKUPS = 250_000
SHELVES = ("$defs", "definitions")
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
NAMES = ("$anchor", "$dynamicAnchor", "$id", "id")
OF_INTEREST = frozenset((*REFERENCES, *NAMES))
# What these hold is told apart by names that are no keywords.
NAMED = frozenset((*SHELVES, "properties", "patternProperties", "dependentSchemas", "dependencies"))
VALUES = frozenset(("const", "enum", "default", "examples"))
IN_A_URI = "/%!$&'()*+,;=:@?-._~"


def walk(root: Any) -> Iterator[tuple[Path, Any]]:
    """Every value in it with its path, outermost first; whoever asks stops at a limit."""
    stack: list[tuple[Path, Any]] = [((), root)]
    while stack:
        path, node = stack.pop()
        yield path, node
        if isinstance(node, dict):
            stack.extend((((*path, key), part) for key, part in reversed(node.items())))
        elif isinstance(node, list):
            stack.extend(((*path, index), part) for index, part in reversed([*enumerate(node)]))


def objects(root: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, in no order that counts."""
    stack = [root]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is dict:
            yield node
            stack += node.values()
        elif kind is list:
            stack += node


class References:
    """Where the references of a schema lead. Where two places could be meant, to both."""

    def __init__(self, schema: Any) -> None:
        self.written: set[str] = set()
        self._found = 0
        self._resources = [schema]
        self._named: dict[str, list[Any]] = {}
        self._targets: dict[str, list[Any]] = {}
        for node in objects(schema) if isinstance(schema, dict) else ():
            if not OF_INTEREST.isdisjoint(node):
                self._read(node)

    def _read(self, node: dict[str, Any]) -> None:
        for keyword in REFERENCES:
            if isinstance(reference := node.get(keyword), str):
                self._found += 1
                self.written.add(reference)
        for keyword in NAMES:
            if isinstance(name := node.get(keyword), str):
                base, _, fragment = name.partition("#")
                self._named.setdefault(fragment or _last_segment(base), []).append(node)
                if base and keyword in ("$id", "id"):
                    self._resources.append(node)

    @property
    def are_too_many(self) -> bool:
        """Looking up each in each resource would take too long."""
        return self._found * len(self._resources) > MAX_LOOKUPS

    @property
    def are_uris(self) -> bool:
        return all(_as_uri(reference) == reference for reference in self.written)

    def of(self, node: dict[str, Any]) -> list[Any]:
        """What the references of one place lead to."""
        found = []
        for keyword in REFERENCES:
            if keyword in node and isinstance(reference := node[keyword], str):
                found += self._targets.get(reference) or self.targets(reference)
        return found

    def targets(self, reference: str) -> list[Any]:
        if reference not in self._targets:
            self._targets[reference] = self._look_up(reference)
        return self._targets[reference]

    def _look_up(self, reference: str) -> list[Any]:
        base, _, fragment = reference.partition("#")
        anywhere = not base or ".." in base
        resources = self._resources if anywhere else self._named.get(_last_segment(base), [])
        if fragment.startswith("/"):
            pointed = [_pointed(resource, fragment) for resource in resources]
            return [part for part in pointed if part is not None]
        return self._named.get(fragment, []) if fragment else resources


def lost(schema: Any) -> list[tuple[Path, str]]:
    """The references that lead nowhere within it, and where they stand."""
    references = References(schema)
    found = (
        ((*path, keyword), node[keyword])
        for path, node in walk(schema)
        if isinstance(node, dict)
        for keyword in REFERENCES
        if isinstance(node.get(keyword), str)
    )
    return [(path, reference) for path, reference in found if not references.targets(reference)]


def write_as_uris(schema: Any) -> None:
    """Changes those of its references that are written as names are, such as `#/$defs/Box[int]`, to
    what a URI allows. What only looks like a reference in a constant stays."""
    stack = [(schema, False)]
    while stack:
        node, has_names = stack.pop()
        if isinstance(node, list):
            stack.extend((part, False) for part in node)
        elif isinstance(node, dict):
            if not has_names:
                for keyword in REFERENCES:
                    if isinstance(reference := node.get(keyword), str):
                        node[keyword] = _as_uri(reference)
            stack.extend(
                (part, not has_names and key in NAMED)
                for key, part in node.items()
                if has_names or key not in VALUES
            )


def _as_uri(reference: str) -> str:
    base, sign, fragment = reference.partition("#")
    first, *others = fragment.split("%")
    written = first + "".join(
        f"%{part}" if _starts_with_octet(part) else f"%25{part}" for part in others
    )
    return f"{base}{sign}{quote(written, safe=IN_A_URI)}"


def _starts_with_octet(text: str) -> bool:
    return len(text) > 1 and all(sign in "0123456789abcdefABCDEF" for sign in text[:2])


def _last_segment(uri: str) -> str:
    return ["", *(segment for segment in unquote(uri).split("/") if segment not in ("", "."))][-1]


def _pointed(node: Any, pointer: str) -> Any:
    for token in unquote(pointer).split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict):
            node = node.get(key)
        elif isinstance(node, list) and len(key) < 9 and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node
