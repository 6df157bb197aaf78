/** Which fields of the input a user prompt can name as `{{field}}`. */

interface TaskLike {
  name: string;
  requestSchema: unknown;
}

export interface PromptField {
  name: string;
  /** The tasks whose input has it; of the whole input: all of them. */
  tasks: string[];
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The root may be defined elsewhere in the same document. */
function follow(schema: Json): Json {
  let current = schema;
  for (let hops = 0; hops < 10; hops++) {
    const reference = current.$ref;
    if (typeof reference !== "string" || !reference.startsWith("#/")) return current;
    let target: unknown = schema;
    for (const step of reference.slice(2).split("/")) {
      const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      target = isObject(target) ? target[key] : undefined;
    }
    if (!isObject(target)) return current;
    current = target;
  }
  return current;
}

export function fieldsOf(tasks: TaskLike[]): PromptField[] {
  const byName = new Map<string, string[]>();
  for (const { name, requestSchema } of tasks) {
    const root = isObject(requestSchema) ? follow(requestSchema) : {};
    const properties = isObject(root.properties) ? Object.keys(root.properties) : [];
    for (const property of properties) {
      byName.set(property, [...(byName.get(property) ?? []), name]);
    }
  }
  if (!byName.has("input")) byName.set("input", []);
  return [...byName].map(([name, own]) => ({ name, tasks: own }));
}

/** What stands in double braces and is no field: it is sent as it stands. */
export function unknownNames(prompt: string, fields: PromptField[]): string[] {
  const known = new Set(fields.map(({ name }) => name));
  const named = [...prompt.matchAll(/\{\{([^{}]+)\}\}/g)].map(([, name]) => name?.trim() ?? "");
  return [...new Set(named)].filter((name) => name && !known.has(name));
}

/** The text with `{{name}}` in the place of the selection, and where the cursor then stands. */
export function insertField(
  text: string,
  name: string,
  start: number,
  end: number,
): { text: string; cursor: number } {
  const field = `{{${name}}}`;
  return { text: text.slice(0, start) + field + text.slice(end), cursor: start + field.length };
}
