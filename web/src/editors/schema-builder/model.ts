/** A JSON Schema as cards see it: every keyword in the place where it stood, the known ones taken
 * apart. What is not taken apart is a value, carried as it came. */

export interface SchemaNode {
  id: string;
  parts: Part[];
  /** For `true`, `false` and whatever else is no object: the schema itself. */
  literal?: unknown;
  /** What another type of this card had, in case that type is chosen again. */
  parked: Partial<Record<string, Part[]>>;
}

export type Part = PropertiesPart | RequiredPart | ItemsPart | ChoicesPart | ValuePart;

export interface PropertiesPart {
  is: "properties";
  keyword: "properties";
  properties: Property[];
}

export interface RequiredPart {
  is: "required";
  keyword: "required";
  /** By the property's id, so that a new name needs no change here. */
  names: ({ of: string } | { name: string })[];
}

export interface ItemsPart {
  is: "items";
  keyword: "items";
  node: SchemaNode;
}

export interface ChoicesPart {
  is: "choices";
  /** How they are written: values alone, or one schema with a `const` for each. */
  keyword: "enum" | "oneOf" | "anyOf";
  choices: Choice[];
}

export interface ValuePart {
  is: "value";
  keyword: string;
  value: unknown;
}

export interface Property {
  id: string;
  name: string;
  /** It came without a name, which JSON Schema allows. */
  cameNameless: boolean;
  node: SchemaNode;
}

export interface Choice {
  id: string;
  /** The keywords of its schema in their order; `const` and `description` are texts. */
  entries: [string, unknown][];
  /** It came as an empty text, which may well be meant. */
  cameEmpty: boolean;
}

let count = 0;

export function newId(): string {
  count += 1;
  return `n${count}`;
}

export function newChoice(): Choice {
  return { id: newId(), entries: [["const", ""]], cameEmpty: false };
}

export function partOf<Is extends Part["is"]>(
  node: SchemaNode,
  is: Is,
): Extract<Part, { is: Is }> | undefined {
  return node.parts.find((part): part is Extract<Part, { is: Is }> => part.is === is);
}

export function valueOf(node: SchemaNode, keyword: string): unknown {
  const part = node.parts.find((candidate) => candidate.keyword === keyword);
  return part?.is === "value" ? part.value : undefined;
}

export function propertiesOf(node: SchemaNode): Property[] {
  return partOf(node, "properties")?.properties ?? [];
}

export function entryOf(choice: Choice, keyword: "const" | "description"): string {
  const found = choice.entries.find(([key]) => key === keyword)?.[1];
  return typeof found === "string" ? found : "";
}

export function isRequired(node: SchemaNode, property: Property): boolean {
  const names = partOf(node, "required")?.names ?? [];
  return names.some((entry) => "of" in entry && entry.of === property.id);
}
