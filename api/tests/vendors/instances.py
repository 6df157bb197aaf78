"""The plainest JSON value that satisfies a JSON Schema, for schemas as people write them."""

import math
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_STRINGS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "email": "someone@example.org",
    "uuid": "6f1d3a52-8f44-4f0e-9d8f-3d2f6a1b7c90",
    "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
}
_DEEP = 4  # below this, optional properties stay out, so that recursive schemas end


def instance(schema: Schema, root: Schema | None = None, depth: int = 0) -> Any:
    root = schema if root is None else root
    schema = _resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return instance(schema[choice][0], root, depth)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    match kind if isinstance(kind, str) else kind[0]:
        case "object":
            return _object(schema, root, depth)
        case "array":
            item = schema.get("items", {})
            return [instance(item, root, depth + 1)] * schema.get("minItems", int(depth < _DEEP))
        case "integer":
            return math.ceil(_number(schema, 1))
        case "number":
            return _number(schema, 0.5)
        case "boolean":
            return True
        case "null":
            return None
        case _:
            text = _STRINGS.get(schema.get("format", ""), "text")
            return text.ljust(schema.get("minLength", 0), "t")[: schema.get("maxLength")]


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].removeprefix("#").split("/")[1:]:
            target = target[step]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    for branch in schema.get("allOf", ()):
        part = _resolved(branch, root)
        properties = {**schema.get("properties", {}), **part.get("properties", {})}
        required = [*schema.get("required", ()), *part.get("required", ())]
        schema = {**part, **schema, "properties": properties, "required": required}
    return schema


def _object(schema: Schema, root: Schema, depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    required = schema.get("required", ())
    names = list(properties) if depth < _DEEP else []
    names += [name for name in required if name not in names]
    return {name: instance(properties.get(name, {}), root, depth + 1) for name in names}


def _number(schema: Schema, step: float) -> float:
    step = float(schema.get("multipleOf", step))
    if "minimum" in schema:
        return math.ceil(float(schema["minimum"]) / step) * step
    if "exclusiveMinimum" in schema:
        return (math.floor(float(schema["exclusiveMinimum"]) / step) + 1) * step
    if "maximum" in schema:
        return math.floor(float(schema["maximum"]) / step) * step
    if "exclusiveMaximum" in schema:
        return (math.ceil(float(schema["exclusiveMaximum"]) / step) - 1) * step
    return step
