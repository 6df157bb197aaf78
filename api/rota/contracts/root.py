"""The root of a schema: whether it can hold objects, and how models get to see it."""

from collections.abc import Iterable
from typing import Any

from rota.contracts.references import SHELVES, References
from rota.platform.kernel.errors import Issue
from rota.platform.kernel.jsonvalue import Path

NOTES = {"$schema", "$id", "id", "title", "description", "$comment", "default", "examples"}
MAX_FOLLOWED = 1_000
OBJECTS_ONLY = "Inputs and outputs are JSON objects"
ADVICE = 'Put it into one: an object with a property "items", whose schema is this one.'
NOTE = 'The root does not say "type": "object". It is taken to: only objects keep this contract.'


def root_issues(schema: dict[str, Any], references: References) -> list[Issue]:
    """Where it says that no object is allowed; empty if objects may be."""
    found = _Exclusion(schema, references).of(schema, (), frozenset())
    return [Issue(tuple(map(str, found[0])), found[1])] if found else []


def root_notes(schema: dict[str, Any], references: References) -> list[Issue]:
    """For one that may hold objects."""
    says_so = any(part.get("type") == "object" for part in _parts(schema, references))
    return [] if says_so else [Issue((), NOTE)]


class _Exclusion:
    """Whether type, constant or options exclude every object, here or in all that applies."""

    def __init__(self, schema: dict[str, Any], references: References) -> None:
        self._references = references
        self._is_old = is_old(schema)
        self._followed = 0

    def of(self, schema: Any, path: Path, entered: frozenset[int]) -> tuple[Path, str] | None:
        self._followed += 1
        if id(schema) in entered or self._followed > MAX_FOLLOWED:
            return None
        if schema is False:
            return path, f"{OBJECTS_ONLY}, and here no value is allowed at all."
        if not isinstance(schema, dict):
            return None
        entered |= {id(schema)}
        reference = schema.get("$ref")
        if isinstance(reference, str):
            for target in self._references.targets(reference)[:1]:
                if found := self.of(target, (*path, "$ref"), entered):
                    return (*path, "$ref"), found[1]
            if self._is_old:
                return None
        return _said(schema, path) or self._of_parts(schema, path, entered)

    def _of_parts(
        self, schema: dict[str, Any], path: Path, entered: frozenset[int]
    ) -> tuple[Path, str] | None:
        for keyword, is_enough in (("allOf", any), ("anyOf", all), ("oneOf", all)):
            parts = schema.get(keyword)
            if not isinstance(parts, list) or not parts:
                continue
            found = [
                self.of(part, (*path, keyword, index), entered) for index, part in enumerate(parts)
            ]
            if is_enough(found):
                return next(one for one in found if one)
        return None


def _said(schema: dict[str, Any], path: Path) -> tuple[Path, str] | None:
    types = schema.get("type")
    named = [types] if isinstance(types, str) else types if isinstance(types, list) else ["object"]
    if "object" not in named:
        what = "an array" if named == ["array"] else f"a {' or a '.join(map(str, named))}"
        return (*path, "type"), f"{OBJECTS_ONLY}, and this describes {what}. {ADVICE}"
    for keyword in ("const", "enum"):
        if keyword in schema and not any(map(_is_object, _values(schema[keyword], keyword))):
            return (*path, keyword), f"{OBJECTS_ONLY}, and here none is allowed. {ADVICE}"
    return None


def _values(said: Any, keyword: str) -> Iterable[Any]:
    return said if keyword == "enum" and isinstance(said, list) else [said]


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def shown_to_models(schema: Any) -> dict[str, Any]:
    """The user's schema with a `$ref` at its root written out, and with the type that every
    contract has.

    Vendors want `type: object` at the root, and pydantic-ai's transformers lose what a
    `$ref` there does not lead to by way of `$defs`.
    """
    if isinstance(schema, bool):
        return {"type": "object"} if schema else {"type": "object", "not": {}}
    shown, *led_to = _parts(schema, References(schema))
    for part in led_to:
        given = {key: value for key, value in part.items() if key not in NOTES}
        if "$id" in part or "id" in part or given.keys() & shown.keys():
            whole = [*shown.get("allOf", []), {"$ref": schema["$ref"]}]
            return _typed({**_without_reference(schema), "allOf": whole})
        shown = {**part, **shown, **given}
    return shown if shown.get("type") == "object" else _typed(shown)


def _typed(schema: dict[str, Any]) -> dict[str, Any]:
    others = {key: value for key, value in schema.items() if key != "type"}
    return {"type": "object", **others}


def _parts(schema: dict[str, Any], references: References) -> list[dict[str, Any]]:
    """The root without its `$ref`, and what that leads to in turn."""
    parts: list[dict[str, Any]] = []
    at = schema
    seen: set[int] = set()
    while isinstance(reference := at.get("$ref"), str) and id(at) not in seen:
        seen.add(id(at))
        parts.append(_without_reference(at, bare=is_old(schema)))
        targets = references.targets(reference) if reference.startswith("#") else []
        if not targets or not isinstance(targets[0], dict):
            return parts
        at = targets[0]
    return [*parts, at]


def is_old(schema: dict[str, Any]) -> bool:
    """Up to draft 7 nothing beside a `$ref` counts."""
    return "json-schema.org/draft-" in str(schema.get("$schema", ""))


def _without_reference(schema: dict[str, Any], *, bare: bool = False) -> dict[str, Any]:
    kept = NOTES | {*SHELVES} if bare else schema.keys()
    return {key: value for key, value in schema.items() if key != "$ref" and key in kept}
