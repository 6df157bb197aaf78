/** What can be done to cards. Each edit changes the parts it is about, and no other. */
import { type Kind, KINDS, isShown, kindOf } from "./kinds";
import {
  type Part,
  type Property,
  type SchemaNode,
  isRequired,
  newChoice,
  newId,
  partOf,
  propertiesOf,
} from "./model";
import { parseSchema } from "./parse";
import { writePart, writeSchema } from "./write";

// Where a keyword goes that was not there before.
const ORDER = [
  "$schema",
  "$id",
  "type",
  "title",
  "description",
  "format",
  "pattern",
  "enum",
  "oneOf",
  "properties",
  "required",
  "additionalProperties",
  "items",
];

export function emptySchema(): unknown {
  return { type: "object", properties: {} };
}

/** Puts a part in the place of the one with its keyword, or where such a keyword belongs. */
export function putPart(node: SchemaNode, part: Part): void {
  const at = node.parts.findIndex(({ keyword }) => keyword === part.keyword);
  if (at >= 0) {
    node.parts[at] = part;
    return;
  }
  const rank = ORDER.indexOf(part.keyword);
  const before = node.parts.findLastIndex(({ keyword }) => {
    const other = ORDER.indexOf(keyword);
    return rank < 0 || (other >= 0 && other < rank);
  });
  node.parts.splice(before + 1, 0, part);
}

export function dropPart(node: SchemaNode, keyword: string): void {
  const required = partOf(node, "required");
  if (keyword === "properties" && required) {
    required.names = (writePart(required, node) as string[]).map((name) => ({ name }));
  }
  node.parts = node.parts.filter((part) => part.keyword !== keyword);
}

/** `undefined` and the empty text take the keyword out. */
export function setValue(node: SchemaNode, keyword: string, value: unknown): void {
  if (value === undefined || value === "") dropPart(node, keyword);
  else putPart(node, { is: "value", keyword, value });
}

/** What the former kind alone had a place for is parked, and comes back with that kind. */
export function setKind(node: SchemaNode, kind: Exclude<Kind, "other">): void {
  const before = kindOf(node);
  if (before === kind) return;
  if ("literal" in node) delete node.literal;
  const leaves = (part: Part) =>
    part.keyword !== "type" && isShown(part, before) && !isShown(part, kind);
  node.parked[before] = node.parts.filter(leaves);
  node.parts = node.parts.filter((part) => !leaves(part));
  putPart(node, { is: "value", keyword: "type", value: KINDS[kind].type });
  for (const part of node.parked[kind] ?? defaultsOf(kind)) {
    if (node.parts.every(({ keyword }) => keyword !== part.keyword)) putPart(node, part);
  }
}

function defaultsOf(kind: Kind): Part[] {
  switch (kind) {
    case "choice":
      return [{ is: "choices", keyword: "enum", choices: [newChoice()] }];
    case "array":
      return [{ is: "items", keyword: "items", node: parseSchema({ type: "string" }) }];
    case "object":
      return [{ is: "properties", keyword: "properties", properties: [] }];
    default:
      return [];
  }
}

/** A new field, of text and required, at the end or at the given place. */
export function addProperty(node: SchemaNode, at?: number): Property {
  const property = {
    id: newId(),
    name: "",
    cameNameless: false,
    node: parseSchema({ type: "string" }),
  };
  insertProperty(node, property, at ?? propertiesOf(node).length, true);
  return find(node, property);
}

/** Its copy stands right after it, under a name that is free. */
export function duplicateProperty(node: SchemaNode, property: Property): Property {
  const taken = new Set(propertiesOf(node).map(({ name }) => name));
  let name = `${property.name}_copy`;
  for (let count = 2; taken.has(name); count += 1) name = `${property.name}_copy_${count}`;
  const copy = {
    id: newId(),
    name,
    cameNameless: false,
    node: parseSchema(writeSchema(property.node)),
  };
  const at = propertiesOf(node).findIndex(({ id }) => id === property.id) + 1;
  insertProperty(node, copy, at, isRequired(node, property));
  return find(node, copy);
}

export function insertProperty(
  node: SchemaNode,
  property: Property,
  at: number,
  required: boolean,
): void {
  if (!partOf(node, "properties")) {
    putPart(node, { is: "properties", keyword: "properties", properties: [] });
  }
  partOf(node, "properties")?.properties.splice(at, 0, property);
  if (required) setRequired(node, property, true);
}

// The one that stands in the model, which may be a reactive view of the one put in.
function find(node: SchemaNode, { id }: Property): Property {
  const found = propertiesOf(node).find((candidate) => candidate.id === id);
  if (!found) throw new Error("A property is gone right after it was added.");
  return found;
}

export function removeProperty(node: SchemaNode, property: Property): void {
  setRequired(node, property, false);
  const part = partOf(node, "properties");
  if (part) part.properties = part.properties.filter(({ id }) => id !== property.id);
}

export function moveProperty(node: SchemaNode, from: number, to: number): void {
  move(propertiesOf(node), from, to);
}

export function move(list: unknown[], from: number, to: number): void {
  const [moved] = list.splice(from, 1);
  if (moved !== undefined) list.splice(to, 0, moved);
}

export function setRequired(node: SchemaNode, property: Property, required: boolean): void {
  if (isRequired(node, property) === required) return;
  const part = partOf(node, "required");
  const names = part?.names ?? [];
  const changed = required
    ? [...names, { of: property.id }]
    : names.filter((entry) => !("of" in entry) || entry.of !== property.id);
  // Draft 4 knows no empty list of names.
  if (changed.length) putPart(node, { is: "required", keyword: "required", names: changed });
  else dropPart(node, "required");
}
