/** Checks a value against its JSON Schema in the browser, and says in words what is wrong where.
 * The server checks again: where this check cannot work, it finds nothing. */
import { type OutputUnit, type SchemaDraft, Validator } from "@cfworker/json-schema";
import type { Problem } from "./draft";
import { isObject } from "./json";

const DRAFTS: [RegExp, SchemaDraft][] = [
  [/draft-04/, "4"],
  // The differences from draft 7 are keywords that draft 6 does not have.
  [/draft-0[67]/, "7"],
  [/2019-09/, "2019-09"],
];

/** They only repeat what the errors below them say. */
const WRAPPERS = new Set([
  "properties",
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
  "items",
  "prefixItems",
  "additionalItems",
  "unevaluatedItems",
  "allOf",
  "$ref",
  "$recursiveRef",
  "$dynamicRef",
  "if",
  "dependentSchemas",
]);
/** What is below them is about branches that need not hold. */
const BRANCHES = new Set(["anyOf", "oneOf", "not", "contains", "propertyNames"]);

function draftOf(schema: unknown): SchemaDraft {
  const named = isObject(schema) && typeof schema.$schema === "string" ? schema.$schema : "";
  return DRAFTS.find(([pattern]) => pattern.test(named))?.[1] ?? "2020-12";
}

function pathOf(location: string): string[] {
  const parts = location.split("/").slice(1);
  return parts.map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function numbers(text: string): string[] {
  return [...text.matchAll(/-?\d[\d.e+-]*/gi)].map(([found]) => found.replace(/\.$/, ""));
}

function count(amount: string | undefined, one: string, many: string): string {
  return `${amount ?? "?"} ${amount === "1" ? one : many}`;
}

const TYPES: Record<string, string> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "yes or no",
  object: "an object",
  array: "a list",
  null: "null",
};

const FORMATS: Record<string, string> = {
  email: "an email address",
  uri: "a full address such as https://example.org",
  date: "a date such as 2026-11-23",
  time: "a time such as 09:30:00Z",
  "date-time": "a moment such as 2026-11-23T09:30:00Z",
  uuid: "a UUID",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  hostname: "a host name",
  regex: "a regular expression",
};

function words({ keyword, error }: OutputUnit): string {
  const last = numbers(error).at(-1);
  switch (keyword) {
    case "type": {
      const wanted = /Expected "(.*)"/.exec(error)?.[1]?.split('", "') ?? [];
      return `This is to be ${wanted.map((type) => TYPES[type] ?? type).join(" or ")}.`;
    }
    case "enum":
    case "const":
      return "This is none of the allowed values.";
    case "minLength":
      return `At least ${count(last, "character", "characters")}.`;
    case "maxLength":
      return `At most ${count(last, "character", "characters")}.`;
    case "minItems":
      return `At least ${count(last, "item", "items")}.`;
    case "maxItems":
      return `At most ${count(last, "item", "items")}.`;
    case "minProperties":
      return `At least ${count(last, "property", "properties")}.`;
    case "maxProperties":
      return `At most ${count(last, "property", "properties")}.`;
    case "minimum":
      return error.includes("equal") ? `More than ${last}.` : `At least ${last}.`;
    case "maximum":
      return error.includes("equal") ? `Less than ${last}.` : `At most ${last}.`;
    case "exclusiveMinimum":
      return `More than ${last}.`;
    case "exclusiveMaximum":
      return `Less than ${last}.`;
    case "multipleOf":
      return `A multiple of ${last}.`;
    case "uniqueItems":
      return "The same item stands here twice.";
    case "pattern":
      return "This does not match the pattern.";
    case "format": {
      const format = /format "(.*)"/.exec(error)?.[1] ?? "";
      return `This is to be ${FORMATS[format] ?? `of the format “${format}”`}.`;
    }
    case "false":
      return "This is not allowed here.";
    case "anyOf":
    case "oneOf":
      return "This fits none, or more than one, of the allowed forms.";
    case "not":
      return "The schema excludes this value.";
    case "contains":
      return "No item, or the wrong number of items, is of the kind that the schema asks for.";
    case "propertyNames":
      return error
        .replace("Property name", "The name")
        .replace("does not match schema", "is not allowed");
    default:
      return error.replace(/^Instance has/, "It has");
  }
}

function toProblem(unit: OutputUnit): Problem {
  const path = pathOf(unit.instanceLocation);
  const missing = unit.keyword === "required" && /property "(.*)"\.$/s.exec(unit.error)?.[1];
  if (typeof missing === "string") return { path: [...path, missing], message: "This is needed." };
  return { path, message: words(unit) };
}

export function check(schema: unknown, value: unknown): Problem[] {
  let errors: OutputUnit[];
  try {
    // A copy: the validator writes into the schema it is given.
    const copy = JSON.parse(JSON.stringify(schema)) as object;
    errors = new Validator(copy, draftOf(schema), false).validate(value).errors;
  } catch {
    return [];
  }
  const branches = errors.filter(({ keyword }) => BRANCHES.has(keyword));
  const told = new Set<string>();
  return errors
    .filter(({ keyword }) => !WRAPPERS.has(keyword))
    .filter(
      ({ keywordLocation }) =>
        !branches.some((branch) => keywordLocation.startsWith(`${branch.keywordLocation}/`)),
    )
    .map(toProblem)
    .filter(({ path, message }) => {
      const key = JSON.stringify([path, message]);
      return !told.has(key) && told.add(key);
    });
}
