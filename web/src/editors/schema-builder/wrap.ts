/** A list or a single value in an object: inputs and outputs are objects. */
import { isObject } from "./parse";

const ABOVE = ["$schema", "$id", "id", "$defs", "definitions"];
const NAMED = ["$defs", "definitions", "properties", "patternProperties", "dependentSchemas"];
const VALUES = ["const", "enum", "default", "examples"];
const INSIDE = "#/properties/items";

/** Whether a schema says at its root that it describes anything but an object. */
export function describesNoObject(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  const { type } = schema;
  if (type !== undefined) {
    const types: unknown[] = Array.isArray(type) ? type : [type];
    return types.length > 0 && !types.includes("object") && types.every(isKnown);
  }
  const options = "const" in schema ? [schema.const] : schema.enum;
  return Array.isArray(options) && options.length > 0 && !options.some(isObject);
}

function isKnown(type: unknown): boolean {
  return ["array", "string", "number", "integer", "boolean", "null"].includes(type as string);
}

/** An object whose one property, `items`, is what the schema describes. */
export function wrapped(schema: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(schema);
  return {
    ...Object.fromEntries(entries.filter(([key]) => ["$schema", "$id", "id"].includes(key))),
    type: "object",
    properties: {
      items: moved(Object.fromEntries(entries.filter(([key]) => !ABOVE.includes(key)))),
    },
    required: ["items"],
    additionalProperties: false,
    ...Object.fromEntries(
      entries
        .filter(([key]) => ["$defs", "definitions"].includes(key))
        .map(([key, parts]) => [key, moved(parts, true)]),
    ),
  };
}

/** References to what moved down follow it; a constant stays as it is. */
function moved(part: unknown, hasNames = false): unknown {
  if (Array.isArray(part)) return part.map((one) => moved(one));
  if (!isObject(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      if (hasNames) return [key, moved(value)];
      if (key === "$ref" && typeof value === "string") return [key, followed(value)];
      return [key, VALUES.includes(key) ? value : moved(value, NAMED.includes(key))];
    }),
  );
}

function followed(reference: string): string {
  if (reference === "#" || reference === "#/") return INSIDE;
  const isAbove = ABOVE.some((keyword) => reference.startsWith(`#/${keyword}/`));
  return reference.startsWith("#/") && !isAbove ? `${INSIDE}${reference.slice(1)}` : reference;
}
