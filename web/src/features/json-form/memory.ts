/** The last input of each assignment, kept by this tab until it is closed or signed out. An input
 * may be confidential, so it goes into sessionStorage: it survives a reload, but neither the tab
 * nor the session, and no other tab sees it. */
import { watch } from "vue";
import { useViewer } from "@/lib/viewer";
import { type Draft, read, toDraft } from "./draft";

const PREFIX = "rota.input.";

interface Kept {
  schema: unknown;
  draft: Draft;
}

export function remember(key: string, schema: unknown, draft: Draft): void {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify({ schema, draft } satisfies Kept));
  } catch {
    // Full or switched off: then it is not remembered.
  }
}

/** As it was typed; put into the new fields if the schema is another one by now. */
export function recall(key: string, schema: unknown): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null") as Kept | null;
    if (!kept) return null;
    if (JSON.stringify(kept.schema) === JSON.stringify(schema)) return kept.draft;
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

export function forgetAll(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}

watch(useViewer().state, (state) => {
  if (state === "signed-out") forgetAll();
});
