"""Where the references of a schema lead, and how much it is once they are written out."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import unquote

MAX_UNFOLDED = 250_000
SHELVES = ("$defs", "definitions")
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
NAMES = ("$anchor", "$dynamicAnchor", "$id", "id")

Path = tuple[str | int, ...]


class Unfolding(NamedTuple):
    """How many references are followed until all are written out, and what they are like."""

    size: int
    loops: int
    longest_chain: int


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


class References:
    """Where the references of a schema lead. Where two places could be meant, to both."""

    def __init__(self, schema: Any) -> None:
        self.found: list[tuple[Path, str]] = []
        self._resources = [schema]
        self._named: dict[str, list[Any]] = {}
        self._targets: dict[str, list[Any]] = {}
        self.shelves: set[int] = set()
        for path, node in walk(schema):
            if isinstance(node, dict):
                self._read(path, node)

    def _read(self, path: Path, node: dict[str, Any]) -> None:
        self.found += [((*path, k), node[k]) for k in REFERENCES if isinstance(node.get(k), str)]
        self.shelves.update(id(node[k]) for k in SHELVES if k in node)
        for keyword in NAMES:
            if isinstance(name := node.get(keyword), str):
                base, _, fragment = name.partition("#")
                self._named.setdefault(fragment or _last_segment(base), []).append(node)
                if base and keyword in ("$id", "id"):
                    self._resources.append(node)

    @property
    def are_too_many(self) -> bool:
        """Looking up each in each resource would take too long."""
        return len(self.found) * len(self._resources) > MAX_UNFOLDED

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


def unfold(schema: Any) -> Unfolding:
    """Counts a reference once per way that leads to it; a loop counts as its first round."""
    references = References(schema)
    if references.are_too_many:
        return Unfolding(MAX_UNFOLDED + 1, 0, 0)
    sizes: dict[int, int] = {}
    chains: dict[int, int] = {}
    entered: set[int] = set()
    loops = steps = 0
    stack: list[tuple[Any, tuple[list[Any], list[Any]] | None]] = [(schema, None)]
    while stack:
        node, parts = stack.pop()
        if parts is not None:
            inside, led_to = parts
            lengths = [chains.get(id(part), 0) for part in inside]
            lengths += [chains.get(id(part), 0) + 1 for part in led_to]
            chains[id(node)] = _largest(lengths)
            # Definitions on their shelf cost nothing; what they cost is paid where they are used.
            add_up = _largest if id(node) in references.shelves else sum
            total = len(led_to) + add_up(sizes.get(id(part), 0) for part in (*inside, *led_to))
            sizes[id(node)] = min(total, MAX_UNFOLDED + 1)
        elif id(node) in entered:
            loops += id(node) not in sizes
        else:
            entered.add(id(node))
            parts = _inside(node), _led_to(node, references)
            steps += sum(map(len, parts))
            if steps > MAX_UNFOLDED:
                return Unfolding(MAX_UNFOLDED + 1, loops, 0)
            stack.append((node, parts))
            stack.extend((part, None) for part in chain(*parts))
    return Unfolding(sizes[id(schema)], loops, chains[id(schema)])


def _largest(sizes: Iterable[int]) -> int:
    return max(sizes, default=0)


def _inside(node: Any) -> list[Any]:
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [part for part in inside if isinstance(part, (dict, list))]


def _led_to(node: Any, references: References) -> list[Any]:
    if not isinstance(node, dict):
        return []
    named = [node[k] for k in REFERENCES if isinstance(node.get(k), str)]
    return [part for name in named for part in references.targets(name)]
