/** What stands in a form: text as it was typed, so that nothing half-done is lost. Any JSON value
 * becomes a draft and comes back unchanged, whether its schema likes it or not. */
import { isExact, tellChanged } from "@/lib/exact-numbers";
import { MAX_DEPTH, type Field, describe } from "./fields";
import { type JsonObject, isObject, isSame, own, parse, toText } from "./json";

export type Draft =
  | { kind: "absent" }
  | { kind: "null" }
  | { kind: "text"; text: string }
  | { kind: "number"; text: string }
  | { kind: "boolean"; value: boolean }
  | { kind: "choice"; value: unknown }
  | { kind: "object"; properties: Named[]; others: Other[] }
  | { kind: "list"; items: Item[] }
  | { kind: "json"; text: string };

export interface Named {
  name: string;
  draft: Draft;
}
export interface Other extends Named {
  id: number;
}
export interface Item {
  id: number;
  draft: Draft;
}

export interface Problem {
  path: string[];
  message: string;
}

export const ABSENT: Draft = { kind: "absent" };

// Ahead of the ids of drafts that were kept over a reload.
let lastId = Date.now();
/** Names a row that has no name of its own, so that it keeps its field when others move. */
export function freshId(): number {
  return ++lastId;
}

export function toDraft(root: unknown, schema: unknown, value: unknown, depth = 0): Draft {
  const field = describe(root, schema, depth);
  const asJson: Draft = { kind: "json", text: toText(value) };
  if (field.kind === "choice") {
    const option = field.options.find((known) => isSame(known.value, value));
    return option ? { kind: "choice", value: option.value } : asJson;
  }
  if (value === null && field.isNullable) return { kind: "null" };
  switch (field.kind) {
    case "text":
      return typeof value === "string" ? { kind: "text", text: value } : asJson;
    case "number":
      return typeof value === "number" ? { kind: "number", text: JSON.stringify(value) } : asJson;
    case "boolean":
      return typeof value === "boolean" ? { kind: "boolean", value } : asJson;
    case "object":
      return isObject(value) ? objectDraft(root, field, value, depth) : asJson;
    case "list":
      if (!Array.isArray(value)) return asJson;
      return {
        kind: "list",
        items: value.map((item: unknown) => ({
          id: freshId(),
          draft: toDraft(root, field.items, item, depth + 1),
        })),
      };
    case "json":
      return asJson;
  }
}

type ObjectField = Extract<Field, { kind: "object" }>;

function objectDraft(root: unknown, field: ObjectField, value: JsonObject, depth: number): Draft {
  const listed = new Set(field.properties.map(({ name }) => name));
  return {
    kind: "object",
    properties: field.properties.map(({ name, schema }) => ({
      name,
      draft: Object.hasOwn(value, name)
        ? toDraft(root, schema, own(value, name), depth + 1)
        : ABSENT,
    })),
    others: Object.entries(value)
      .filter(([name]) => !listed.has(name))
      .map(([name, inside]) => ({
        id: freshId(),
        name,
        draft: toDraft(root, field.others(name), inside, depth + 1),
      })),
  };
}

/** An empty form: defaults filled in, what is required laid out, the rest left out. */
export function blank(root: unknown, schema: unknown, isRequired = true, depth = 0): Draft {
  const field = describe(root, schema, depth);
  if (field.hasDefault) return toDraft(root, schema, field.default, depth);
  if (!isRequired) return ABSENT;
  switch (field.kind) {
    case "choice":
      return field.options.length === 1
        ? { kind: "choice", value: field.options[0]?.value }
        : ABSENT;
    case "object":
      return {
        kind: "object",
        properties: field.properties.map((property) => ({
          name: property.name,
          draft: blank(root, property.schema, property.isRequired, depth + 1),
        })),
        others: [],
      };
    case "list":
      return {
        kind: "list",
        items: Array.from({ length: Math.min(field.least, depth > 2 ? 1 : 5) }, () => ({
          id: freshId(),
          draft: blank(root, field.items, true, depth + 1),
        })),
      };
    default:
      return ABSENT;
  }
}

/** What a part of the form becomes when it is added. */
export function begin(root: unknown, schema: unknown, depth: number): Draft {
  const draft = blank(root, schema, true, depth);
  if (draft.kind !== "absent") return draft;
  const { kind } = describe(root, schema, depth);
  return kind === "json" || depth > MAX_DEPTH ? { kind: "json", text: "" } : draft;
}

export interface Reading {
  /** Undefined: nothing is there. */
  value: unknown;
  problems: Problem[];
}

function numberOf(text: string): { value: number } | { problem: string } {
  const typed = text.trim();
  const value = Number(typed);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(typed) || !Number.isFinite(value)) {
    return { problem: "This is not a number. Write it like 12 or 0.5." };
  }
  return isExact(typed) ? { value } : { problem: tellChanged(typed) };
}

/** The value of a draft. What cannot be read is left out and told. */
export function read(draft: Draft, path: string[] = []): Reading {
  const problem = (message: string): Reading => ({
    value: undefined,
    problems: [{ path, message }],
  });
  switch (draft.kind) {
    case "absent":
      return { value: undefined, problems: [] };
    case "null":
      return { value: null, problems: [] };
    case "text":
      return { value: draft.text, problems: [] };
    case "boolean":
    case "choice":
      return { value: draft.value, problems: [] };
    case "number": {
      const read = numberOf(draft.text);
      return "problem" in read ? problem(read.problem) : { value: read.value, problems: [] };
    }
    case "json": {
      if (!draft.text.trim()) return problem("Write a JSON value, or remove this.");
      const read = parse(draft.text);
      return "problem" in read ? problem(read.problem) : { value: read.value, problems: [] };
    }
    case "list": {
      const readings = draft.items.map((item, index) => read(item.draft, [...path, String(index)]));
      return {
        // An empty item keeps its place, so that the ones behind it keep their errors.
        value: readings.map(({ value }) => (value === undefined ? null : value)),
        problems: [
          ...readings.flatMap(({ problems }) => problems),
          ...draft.items.flatMap((item, index) =>
            item.draft.kind === "absent"
              ? [{ path: [...path, String(index)], message: "Fill this in, or remove it." }]
              : [],
          ),
        ],
      };
    }
    case "object":
      return readObject(draft, path);
  }
}

function readObject(draft: Extract<Draft, { kind: "object" }>, path: string[]): Reading {
  const entries: [string, unknown][] = [];
  const problems: Problem[] = [];
  const names = new Set(draft.properties.map(({ name }) => name));
  for (const { name, draft: inside } of draft.properties) {
    const reading = read(inside, [...path, name]);
    problems.push(...reading.problems);
    if (reading.value !== undefined) entries.push([name, reading.value]);
  }
  for (const { name, draft: inside } of draft.others) {
    const reading = read(inside, [...path, name]);
    problems.push(...reading.problems);
    if (names.has(name)) {
      problems.push({ path: [...path, name], message: `There are two properties “${name}”.` });
    }
    names.add(name);
    if (inside.kind === "absent") {
      problems.push({ path: [...path, name], message: "Fill this in, or remove it." });
    }
    if (reading.value !== undefined) entries.push([name, reading.value]);
  }
  return { value: Object.fromEntries(entries), problems };
}
