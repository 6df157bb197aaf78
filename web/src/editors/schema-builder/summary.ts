/** A card in a line: what it allows, in words. */
import { choicesOf } from "./choices";
import { FORMATS, type Kind, kindOf, lookOf } from "./kinds";
import { type SchemaNode, entryOf, partOf, propertiesOf, valueOf } from "./model";

export function summarize(node: SchemaNode): string {
  const kind = kindOf(node);
  return [...rulesOf(node, kind)].filter(Boolean).join(" · ");
}

function rulesOf(node: SchemaNode, kind: Kind): string[] {
  switch (kind) {
    case "choice":
      return [
        choicesOf(node)
          .map((choice) => entryOf(choice, "const"))
          .join(", "),
      ];
    case "object":
      return [counted(propertiesOf(node).length, "field")];
    case "array": {
      const items = partOf(node, "items")?.node;
      const of = items ? `of ${lookOf(kindOf(items)).many}` : "of anything";
      return [of, range(node, "minItems", "maxItems", "item")];
    }
    case "text":
      return [
        range(node, "minLength", "maxLength", "character"),
        FORMATS[String(valueOf(node, "format"))] ?? "",
        valueOf(node, "pattern") === undefined ? "" : `matches ${String(valueOf(node, "pattern"))}`,
      ];
    case "number":
    case "integer":
      return [
        range(node, "minimum", "maximum", ""),
        valueOf(node, "exclusiveMinimum") === undefined
          ? ""
          : `more than ${String(valueOf(node, "exclusiveMinimum"))}`,
        valueOf(node, "exclusiveMaximum") === undefined
          ? ""
          : `less than ${String(valueOf(node, "exclusiveMaximum"))}`,
      ];
    default:
      return [];
  }
}

function range(node: SchemaNode, low: string, high: string, unit: string): string {
  const least = numberOf(node, low);
  const most = numberOf(node, high);
  const many = (count: number) => (unit ? counted(count, unit) : String(count));
  if (least !== undefined && most !== undefined) return `${least} to ${many(most)}`;
  if (least !== undefined) return `at least ${many(least)}`;
  return most === undefined ? "" : `at most ${many(most)}`;
}

function numberOf(node: SchemaNode, keyword: string): number | undefined {
  const value = valueOf(node, keyword);
  return typeof value === "number" ? value : undefined;
}

export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** The names of a schema's fields, those that are not required with a question mark. */
export function fieldNames(schema: unknown): string {
  const node = schema as { properties?: unknown; required?: unknown } | null;
  if (typeof node?.properties !== "object" || node.properties === null) return "";
  const required = Array.isArray(node.required) ? node.required : [];
  return Object.keys(node.properties)
    .map((name) => (required.includes(name) ? name : `${name}?`))
    .join(", ");
}
