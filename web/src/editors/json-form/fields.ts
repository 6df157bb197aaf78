/** What a form shows for a JSON Schema. It may promise too little or too much: values that do not
 * fit their field are edited as JSON, and the schema itself always has the last word. */
import { type JsonObject, isObject, isSame, own, without } from "./json";

export interface Option {
  value: unknown;
  label: string;
  description?: string;
}

export interface Property {
  name: string;
  isRequired: boolean;
  schema: unknown;
}

interface Common {
  title?: string;
  description?: string;
  isNullable: boolean;
  default?: unknown;
  hasDefault: boolean;
}

export type Field = Common &
  (
    | { kind: "text"; isLong: boolean; format?: string; hint?: string }
    | { kind: "number"; isWhole: boolean; hint?: string }
    | { kind: "boolean" }
    | { kind: "choice"; options: Option[] }
    | {
        kind: "object";
        properties: Property[];
        /** The schema of a property that is not listed; false: there are no others. */
        others: (name: string) => unknown;
        mayAdd: boolean;
      }
    | { kind: "list"; items: unknown; least: number; hint?: string }
    | { kind: "json" }
  );

/** Deeper parts are edited as JSON: nobody finds their way in a form in a form in a form. */
export const MAX_DEPTH = 7;
const MAX_REFS = 32;
const ANNOTATIONS = new Set(["title", "description", "default", "examples", "deprecated"]);

function unescape(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return part;
  }
}

/** Follows a local reference; undefined where it leads nowhere that is known. */
function follow(root: unknown, ref: string): unknown {
  if (ref !== "#" && !ref.startsWith("#/")) return undefined;
  let found = root;
  for (const raw of ref.split("/").slice(1)) {
    const key = unescape(raw);
    if (Array.isArray(found)) found = (found as unknown[])[Number(key)];
    else if (isObject(found)) found = own(found, key);
    else return undefined;
  }
  return found;
}

/** One schema out of several that all hold: loosely, for showing only. */
function merge(first: JsonObject, second: JsonObject): JsonObject {
  const merged: JsonObject = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = own(merged, key);
    if (before === undefined || ANNOTATIONS.has(key)) merged[key] = before ?? value;
    else if (key === "properties" && isObject(before) && isObject(value)) {
      merged[key] = Object.fromEntries([...Object.entries(value), ...Object.entries(before)]);
    } else if (key === "required" && Array.isArray(before) && Array.isArray(value)) {
      merged[key] = [...new Set<unknown>([...(before as unknown[]), ...(value as unknown[])])];
    }
  }
  return merged;
}

/** Without references and `allOf`; null where it cannot be known. */
function flatten(root: unknown, schema: JsonObject, refs = 0): JsonObject | null {
  let flat = schema;
  const ref = own(flat, "$ref");
  if (typeof ref === "string") {
    const target = refs < MAX_REFS ? follow(root, ref) : undefined;
    if (!isObject(target)) return null;
    const whole = flatten(root, target, refs + 1);
    if (!whole) return null;
    flat = merge(without(flat, "$ref"), whole);
  }
  const all = own(flat, "allOf");
  if (!Array.isArray(all)) return flat;
  flat = without(flat, "allOf");
  for (const part of all as unknown[]) {
    const whole = isObject(part) && refs < MAX_REFS ? flatten(root, part, refs + 1) : null;
    if (whole) flat = merge(flat, whole);
  }
  return flat;
}

function labelOf(value: unknown): string {
  return typeof value === "string" && value.trim() ? value : JSON.stringify(value);
}

function toOption(root: unknown, branch: unknown): Option | null {
  const flat = isObject(branch) ? flatten(root, branch) : null;
  if (!flat) return null;
  const values = own(flat, "enum");
  const isOne = Object.hasOwn(flat, "const") || (Array.isArray(values) && values.length === 1);
  if (!isOne) return null;
  const value = Object.hasOwn(flat, "const") ? own(flat, "const") : (values as unknown[])[0];
  const { title, description } = flat;
  return {
    value,
    label: typeof title === "string" && title ? title : labelOf(value),
    ...(typeof description === "string" ? { description } : {}),
  };
}

function choices(root: unknown, schema: JsonObject): Option[] | null {
  if (Object.hasOwn(schema, "const")) {
    return [{ value: schema.const, label: labelOf(schema.const) }];
  }
  const listed = own(schema, "enum");
  if (Array.isArray(listed) && listed.length) {
    return (listed as unknown[])
      .filter((value, index, all) => all.findIndex((other) => isSame(other, value)) === index)
      .map((value) => ({ value, label: labelOf(value) }));
  }
  for (const key of ["oneOf", "anyOf"]) {
    const branches = own(schema, key);
    if (!Array.isArray(branches) || !branches.length) continue;
    const options = (branches as unknown[]).map((branch) => toOption(root, branch));
    if (options.every((option) => option !== null)) return options;
  }
  return null;
}

function isNull(branch: unknown): boolean {
  return isObject(branch) && branch.type === "null";
}

/** Takes "or null" apart: the rest of it, and whether null is allowed. */
function splitNull(root: unknown, schema: JsonObject): { rest: JsonObject; isNullable: boolean } {
  const types = schema.type;
  if (Array.isArray(types) && types.includes("null")) {
    const others = (types as unknown[]).filter((type) => type !== "null");
    const rest = { ...schema, type: others.length === 1 ? others[0] : others };
    return { rest, isNullable: true };
  }
  for (const key of ["anyOf", "oneOf"]) {
    const branches = own(schema, key);
    if (!Array.isArray(branches) || !branches.some(isNull)) continue;
    const others = (branches as unknown[]).filter((branch) => !isNull(branch));
    const beside = without(schema, key);
    const only = others.length === 1 && isObject(others[0]) ? flatten(root, others[0]) : null;
    return { rest: only ? merge(beside, only) : { ...beside, [key]: others }, isNullable: true };
  }
  return { rest: schema, isNullable: false };
}

function kindOf(schema: JsonObject): string | null {
  const type = own(schema, "type");
  if (typeof type === "string") return type;
  if (Array.isArray(type)) {
    const isNumber = type.length === 2 && type.includes("number") && type.includes("integer");
    return isNumber ? "number" : null;
  }
  if (isObject(own(schema, "properties"))) return "object";
  return isObject(own(schema, "items")) ? "array" : null;
}

function range(least: unknown, most: unknown, unit = ""): string | undefined {
  const [from, to] = [least, most].map((value) => (typeof value === "number" ? value : null));
  if (from != null && to != null) return from === to ? `${from}${unit}` : `${from} to ${to}${unit}`;
  if (from != null) return `at least ${from}${unit}`;
  return to != null ? `at most ${to}${unit}` : undefined;
}

function hinted(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

const EXAMPLES: Record<string, string> = {
  date: "2026-11-23",
  time: "09:30:00Z",
  "date-time": "2026-11-23T09:30:00Z",
  duration: "PT15M",
  email: "ada@example.org",
  uri: "https://example.org/page",
  uuid: "123e4567-e89b-12d3-a456-426614174000",
  ipv4: "192.0.2.1",
};

function textField(schema: JsonObject) {
  const { format, pattern, minLength, maxLength } = schema;
  const isShort = format !== undefined || pattern !== undefined;
  const hints = [
    typeof format === "string" && EXAMPLES[format] ? `such as ${EXAMPLES[format]}` : undefined,
    typeof pattern === "string" ? `matches ${pattern}` : undefined,
    range(Number(minLength) > 1 ? minLength : undefined, maxLength, " characters"),
  ].filter((hint) => hint !== undefined);
  return {
    kind: "text" as const,
    isLong: !isShort && !(typeof maxLength === "number" && maxLength <= 120),
    ...(typeof format === "string" ? { format } : {}),
    ...hinted(hints.join(", ") || undefined),
  };
}

function objectField(schema: JsonObject) {
  const listed = own(schema, "properties");
  const required = own(schema, "required");
  const names = Array.isArray(required) ? (required as unknown[]) : [];
  const properties = isObject(listed) ? listed : {};
  const others = own(schema, "additionalProperties");
  const patterns = own(schema, "patternProperties");
  const byPattern = isObject(patterns) ? Object.entries(patterns) : [];
  const unlisted = names.filter(
    (name) => typeof name === "string" && !(own(properties, name) !== undefined),
  ) as string[];
  return {
    kind: "object" as const,
    properties: [
      ...Object.entries(properties).map(([name, property]) => ({
        name,
        isRequired: names.includes(name),
        schema: property,
      })),
      ...unlisted.map((name) => ({ name, isRequired: true, schema: others ?? true })),
    ],
    others: (name: string) =>
      byPattern.find(([pattern]) => matches(pattern, name))?.[1] ?? others ?? true,
    mayAdd:
      isObject(others) || others === true || byPattern.length > 0
        ? true
        : others === undefined && !isObject(listed),
  };
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, "u").test(name);
  } catch {
    return false;
  }
}

export function describe(root: unknown, schema: unknown, depth = 0): Field {
  const nothing: Common = { isNullable: false, hasDefault: false };
  const flat = isObject(schema) ? flatten(root, schema) : null;
  if (!flat) return { ...nothing, kind: "json" };
  const options = choices(root, flat);
  const { rest, isNullable } = options ? { rest: flat, isNullable: false } : splitNull(root, flat);
  const common: Common = {
    isNullable,
    hasDefault: Object.hasOwn(rest, "default"),
    default: rest.default,
    ...(typeof rest.title === "string" && rest.title ? { title: rest.title } : {}),
    ...(typeof rest.description === "string" ? { description: rest.description } : {}),
  };
  const found = options ?? choices(root, rest);
  if (found) return { ...common, kind: "choice", options: found };
  switch (kindOf(rest)) {
    case "string":
      return { ...common, ...textField(rest) };
    case "number":
    case "integer":
      return {
        ...common,
        kind: "number",
        isWhole: rest.type === "integer",
        ...hinted(
          range(rest.minimum ?? rest.exclusiveMinimum, rest.maximum ?? rest.exclusiveMaximum),
        ),
      };
    case "boolean":
      return { ...common, kind: "boolean" };
    case "object":
      return depth > MAX_DEPTH ? { ...common, kind: "json" } : { ...common, ...objectField(rest) };
    case "array":
      // A place of its own for each item is more than cards of one kind can say.
      if (depth > MAX_DEPTH || rest.prefixItems !== undefined || Array.isArray(rest.items)) break;
      return {
        ...common,
        kind: "list",
        items: rest.items ?? true,
        least: typeof rest.minItems === "number" ? rest.minItems : 0,
        ...hinted(range(rest.minItems, rest.maxItems, " items")),
      };
  }
  return { ...common, kind: "json" };
}
