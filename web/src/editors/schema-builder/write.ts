/** From cards back to the JSON Schema: the inverse of parseSchema, to the order of keys. */
import { type Part, type SchemaNode, entryOf } from "./model";

export function writeSchema(node: SchemaNode): unknown {
  if ("literal" in node) return node.literal;
  // fromEntries, for a property may be called __proto__.
  return Object.fromEntries(node.parts.map((part) => [part.keyword, writePart(part, node)]));
}

export function writePart(part: Part, within: SchemaNode): unknown {
  switch (part.is) {
    case "properties":
      return Object.fromEntries(part.properties.map(({ name, node }) => [name, writeSchema(node)]));
    case "required":
      return part.names.map((entry) => ("name" in entry ? entry.name : nameOf(entry.of, within)));
    case "items":
      return writeSchema(part.node);
    case "choices":
      return part.choices.map((choice) =>
        part.keyword === "enum" ? entryOf(choice, "const") : Object.fromEntries(choice.entries),
      );
    case "value":
      return part.value;
  }
}

function nameOf(id: string, within: SchemaNode): string {
  for (const part of within.parts) {
    if (part.is !== "properties") continue;
    const property = part.properties.find((candidate) => candidate.id === id);
    if (property) return property.name;
  }
  throw new Error("A required property is not among the properties.");
}
