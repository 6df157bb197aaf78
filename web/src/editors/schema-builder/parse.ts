/** From a JSON Schema to cards. Nothing is judged and nothing is lost. */
import {
  type Choice,
  type Part,
  type Property,
  type RequiredPart,
  type SchemaNode,
  entryOf,
  newId,
} from "./model";

// Deeper than anybody works with cards, and than the API accepts in all.
const MAX_DEPTH = 30;

type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function parseSchema(schema: unknown, depth = 0): SchemaNode {
  const node: SchemaNode = { id: newId(), parts: [], parked: {} };
  if (!isObject(schema)) return { ...node, literal: schema };
  const properties = depth < MAX_DEPTH ? parseProperties(schema, depth) : [];
  const choicesIn = Object.keys(schema).find((keyword) => areChoices(keyword, schema[keyword]));
  for (const [keyword, value] of Object.entries(schema)) {
    node.parts.push(
      parsePart(keyword, value, properties, keyword === choicesIn, depth) ?? {
        is: "value",
        keyword,
        value,
      },
    );
  }
  return node;
}

function parsePart(
  keyword: string,
  value: unknown,
  properties: Property[],
  isChoices: boolean,
  depth: number,
): Part | undefined {
  if (isChoices) {
    const form = keyword as "enum" | "oneOf" | "anyOf";
    return { is: "choices", keyword: form, choices: (value as unknown[]).map(parseChoice) };
  }
  if (depth >= MAX_DEPTH) return undefined;
  if (keyword === "properties" && isObject(value)) {
    return { is: "properties", keyword, properties };
  }
  if (keyword === "required" && isTexts(value)) {
    return { is: "required", keyword, names: value.map((name) => toRequired(name, properties)) };
  }
  if (keyword === "items" && (isObject(value) || typeof value === "boolean")) {
    return { is: "items", keyword, node: parseSchema(value, depth + 1) };
  }
  return undefined;
}

function parseProperties(schema: Json, depth: number): Property[] {
  if (!isObject(schema.properties)) return [];
  return Object.entries(schema.properties).map(([name, of]) => ({
    id: newId(),
    name,
    cameNameless: name === "",
    node: parseSchema(of, depth + 1),
  }));
}

function toRequired(name: string, properties: Property[]): RequiredPart["names"][number] {
  const property = properties.find((candidate) => candidate.name === name);
  return property ? { of: property.id } : { name };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Texts to choose from: `enum` of texts, or branches that each have a text as `const`. */
function areChoices(keyword: string, value: unknown): boolean {
  if (keyword === "enum") return isTexts(value);
  if (keyword !== "oneOf" && keyword !== "anyOf") return false;
  return Array.isArray(value) && value.length > 0 && value.every(isDescribedChoice);
}

function isDescribedChoice(branch: unknown): boolean {
  if (!isObject(branch) || typeof branch.const !== "string") return false;
  return branch.description === undefined || typeof branch.description === "string";
}

function parseChoice(value: unknown): Choice {
  const entries: Choice["entries"] = isObject(value) ? Object.entries(value) : [["const", value]];
  const choice = { id: newId(), entries, cameEmpty: false };
  return { ...choice, cameEmpty: entryOf(choice, "const") === "" };
}
