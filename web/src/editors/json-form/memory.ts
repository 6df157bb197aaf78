/** The last input of each form. An input may be confidential, so the tab alone keeps it, and only
 * for whoever is signed in. */
import * as tab from "@/lib/tab-storage";
import { type Draft, read, toDraft } from "./draft";

interface Kept {
  schema: unknown;
  draft: Draft;
}

const keyOf = (key: string) => `input.${key}`;

export function remember(key: string, schema: unknown, draft: Draft): void {
  tab.store(keyOf(key), { schema, draft } satisfies Kept);
}

/** As it was typed; put into the new fields if the schema is another one by now. */
export function recall(key: string, schema: unknown): Draft | null {
  const kept = tab.read(keyOf(key)) as Kept | null;
  if (!kept) return null;
  if (JSON.stringify(kept.schema) === JSON.stringify(schema)) return kept.draft;
  try {
    return refit(kept.draft, schema);
  } catch {
    return null;
  }
}

/** The same input in the fields of another schema. */
export function refit(draft: Draft, schema: unknown): Draft {
  const { value } = read(draft);
  if (schema === null) {
    return typeof value === "string" ? { kind: "text", text: value } : { kind: "absent" };
  }
  return toDraft(schema, schema, value ?? {});
}
