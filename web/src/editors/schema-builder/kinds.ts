/** What a card can be, and which keywords it then shows; all others it keeps. */
import { type Part, type SchemaNode, partOf, valueOf } from "./model";

export type Kind =
  "text" | "number" | "integer" | "boolean" | "choice" | "array" | "object" | "other";

interface Look {
  label: string;
  icon: string;
  /** What a list of such is a list of. */
  many: string;
  /** As JSON Schema calls it. */
  type: string;
}

export const KINDS: Record<Exclude<Kind, "other">, Look> = {
  text: { label: "Text", many: "texts", icon: "i-lucide-type", type: "string" },
  number: { label: "Number", many: "numbers", icon: "i-lucide-hash", type: "number" },
  integer: {
    label: "Whole number",
    many: "whole numbers",
    icon: "i-lucide-binary",
    type: "integer",
  },
  boolean: { label: "Yes or no", many: "yes or no", icon: "i-lucide-toggle-left", type: "boolean" },
  choice: { label: "Choice", many: "choices", icon: "i-lucide-list-checks", type: "string" },
  array: { label: "List", many: "lists", icon: "i-lucide-list", type: "array" },
  object: { label: "Object", many: "objects", icon: "i-lucide-braces", type: "object" },
};

export const OTHER: Omit<Look, "type"> = {
  label: "Other",
  many: "values",
  icon: "i-lucide-shapes",
};

export function lookOf(kind: Kind): Omit<Look, "type"> {
  return kind === "other" ? OTHER : KINDS[kind];
}

export interface Field {
  keyword: string;
  label: string;
  takes: "count" | "number" | "pattern" | "format";
  help?: string;
}

export const FORMATS: Record<string, string> = {
  "date-time": "Date and time",
  date: "Date",
  time: "Time",
  duration: "Duration",
  email: "Email address",
  uri: "Web address",
  uuid: "UUID",
  hostname: "Host name",
  ipv4: "IPv4 address",
  ipv6: "IPv6 address",
};

const OF_NUMBERS: Field[] = [
  { keyword: "minimum", label: "At least", takes: "number" },
  { keyword: "maximum", label: "At most", takes: "number" },
  { keyword: "exclusiveMinimum", label: "More than", takes: "number" },
  { keyword: "exclusiveMaximum", label: "Less than", takes: "number" },
  { keyword: "multipleOf", label: "Multiple of", takes: "number" },
];

export const FIELDS: Record<Kind, Field[]> = {
  text: [
    { keyword: "minLength", label: "Min characters", takes: "count" },
    { keyword: "maxLength", label: "Max characters", takes: "count" },
    { keyword: "format", label: "Format", takes: "format" },
    {
      keyword: "pattern",
      label: "Pattern",
      takes: "pattern",
      help: "A regular expression that the text must match",
    },
  ],
  number: OF_NUMBERS,
  integer: OF_NUMBERS,
  boolean: [],
  choice: [],
  array: [
    { keyword: "minItems", label: "Min items", takes: "count" },
    { keyword: "maxItems", label: "Max items", takes: "count" },
  ],
  object: [],
  other: [],
};

/** Yes-or-no keywords, beside the fields. */
export const SWITCHES: Partial<Record<Kind, { keyword: string; label: string }>> = {
  array: { keyword: "uniqueItems", label: "No item twice" },
  object: { keyword: "additionalProperties", label: "Other fields are allowed too" },
};

export function kindOf(node: SchemaNode): Kind {
  const type = valueOf(node, "type");
  const isUntyped = node.parts.every(({ keyword }) => keyword !== "type");
  if (partOf(node, "choices") && (type === "string" || isUntyped)) return "choice";
  const entries = Object.entries(KINDS) as [Exclude<Kind, "other">, Look][];
  return entries.find(([, look]) => look.type === type)?.[0] ?? "other";
}

/** Whether the card of this kind has a place for the part, so that it needs not be kept aside. */
export function isShown(part: Part, kind: Kind): boolean {
  switch (part.is) {
    case "properties":
    case "required":
      return kind === "object";
    case "items":
      return kind === "array";
    case "choices":
      return kind === "choice";
    case "value":
      return isShownValue(part.keyword, part.value, kind);
  }
}

function isShownValue(keyword: string, value: unknown, kind: Kind): boolean {
  if (keyword === "type") return kind !== "other";
  if (keyword === "description") return typeof value === "string";
  if (SWITCHES[kind]?.keyword === keyword) return typeof value === "boolean";
  const field = FIELDS[kind].find((candidate) => candidate.keyword === keyword);
  if (field?.takes === "format") return typeof value === "string" && value in FORMATS;
  if (field?.takes === "pattern") return typeof value === "string";
  return field !== undefined && typeof value === "number";
}

export function keptParts(node: SchemaNode): Part[] {
  const kind = kindOf(node);
  return node.parts.filter((part) => !isShown(part, kind));
}

/** Whether nested cards can be added: not where the keyword holds something they cannot show. */
export function takesFields(node: SchemaNode): boolean {
  return node.parts.every((part) => part.keyword !== "properties" || part.is === "properties");
}
