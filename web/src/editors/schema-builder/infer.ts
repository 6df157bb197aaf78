/** A schema that fits an example, to go on from. */
import { changedNumber, tellChanged } from "@/lib/exact-numbers";
import { isObject } from "./parse";

type Schema = Record<string, unknown>;

export function inferSchema(example: unknown): Schema {
  return inferFrom([example]);
}

/** One schema that all examples fit; fields that some lack are not required. */
function inferFrom(examples: unknown[]): Schema {
  const types = new Set(examples.map(typeOf));
  if (types.size === 2 && types.has("integer") && types.has("number")) types.delete("integer");
  const [type] = types;
  if (types.size !== 1 || type === undefined) return {};
  if (type === "object") return inferObject(examples as Schema[]);
  if (type === "array") {
    const items = (examples as unknown[][]).flat(1);
    return items.length ? { type, items: inferFrom(items) } : { type };
  }
  return { type };
}

function inferObject(examples: Schema[]): Schema {
  const names = [...new Set(examples.flatMap((example) => Object.keys(example)))];
  const required = names.filter((name) =>
    examples.every((example) => Object.hasOwn(example, name)),
  );
  const properties = names.map((name) => {
    // Through entries, for a field may be called __proto__.
    const values = examples.flatMap((example) =>
      Object.entries(example).flatMap(([key, value]) => (key === name ? [value] : [])),
    );
    return [name, inferFrom(values)];
  });
  return {
    type: "object",
    properties: Object.fromEntries(properties) as Schema,
    ...(required.length ? { required } : {}),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

const SIGNS = ["$schema", "$ref", "$defs", "properties", "allOf", "anyOf", "oneOf"];

/** Whether a pasted object is a schema rather than an example. */
export function looksLikeSchema(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (typeof value.$schema === "string" || typeof value.$ref === "string") return true;
  if (value.type === "object") return true;
  return SIGNS.some((sign) => typeof value[sign] === "object") && !("id" in value);
}

export type Pasted = { schema: Schema } | { problem: string };

export function readPasted(text: string, as: "example" | "schema"): Pasted {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `This is not JSON yet: ${placeOf(error, text)}` };
  }
  const changed = changedNumber(text);
  if (as === "schema" && changed) return { problem: tellChanged(changed) };
  if (!isObject(value)) {
    return { problem: "The outermost part must be an object, in braces: { … }." };
  }
  return { schema: as === "schema" ? value : inferSchema(value) };
}

// Each browser words it in its own way; those that tell the place tell it as a number.
function placeOf(error: unknown, text: string): string {
  const at = /position (\d+)/.exec(String(error))?.[1];
  if (at === undefined) return "look for a missing comma, quote or bracket.";
  const before = text.slice(0, Number(at)).split("\n");
  const last = before.at(-1) ?? "";
  return `look at line ${before.length}, character ${last.length + 1}.`;
}
