"""The root of a schema: whether it says it is an object, and how models get to see it."""

from typing import Any

from rota.contracts.references import SHELVES, References
from rota.platform.kernel.errors import Issue

NOTES = {"$schema", "$id", "id", "title", "description", "$comment", "default", "examples"}


def root_issues(schema: dict[str, Any]) -> list[Issue]:
    if any(part.get("type") == "object" for part in _parts(schema)):
        return []
    return [Issue(("type",), 'The root of the schema must say "type": "object".')]


def shown_to_models(schema: Any) -> dict[str, Any]:
    """The user's schema with a `$ref` at its root written out.

    Vendors want `type: object` at the root, and pydantic-ai's transformers lose what a
    `$ref` there does not lead to by way of `$defs`.
    """
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    shown, *led_to = _parts(schema)
    for part in led_to:
        given = {key: value for key, value in part.items() if key not in NOTES}
        if "$id" in part or "id" in part or given.keys() & shown.keys():
            whole = [*shown.get("allOf", []), {"$ref": schema["$ref"]}]
            return {"type": "object", **_without_reference(schema), "allOf": whole}
        shown = {**part, **shown, **given}
    return shown


def _parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The root without its `$ref`, and what that leads to in turn."""
    references = References(schema)
    parts: list[dict[str, Any]] = []
    at = schema
    while isinstance(reference := at.get("$ref"), str) and len(parts) <= len(references.found):
        parts.append(_without_reference(at, bare=_is_bare(schema)))
        targets = references.targets(reference) if reference.startswith("#") else []
        if not targets or not isinstance(targets[0], dict):
            return parts
        at = targets[0]
    return [*parts, at]


def _is_bare(schema: dict[str, Any]) -> bool:
    """Up to draft 7 nothing beside a `$ref` counts."""
    return "json-schema.org/draft-" in str(schema.get("$schema", ""))


def _without_reference(schema: dict[str, Any], *, bare: bool = False) -> dict[str, Any]:
    kept = NOTES | {*SHELVES} if bare else schema.keys()
    return {key: value for key, value in schema.items() if key != "$ref" and key in kept}
