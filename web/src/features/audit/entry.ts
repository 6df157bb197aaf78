/** An audit entry in words: what was done, and each changed field before and after. */

export interface FieldChange {
  field: string;
  before: string;
  after: string;
}

const WORDS: Record<string, string> = {
  baseUrl: "address",
  apiKey: "key",
  providerId: "provider",
  modelName: "model",
  isActive: "active",
  expiresAt: "expires",
};

/** `modelSettings.maxTokens` → “max tokens”. */
export function fieldLabel(field: string): string {
  const last = field.split(".").at(-1) ?? field;
  const words = WORDS[last] ?? last.replaceAll(/([A-Z])/g, " $1").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `provider.created` → “Created the provider”. */
export function actionLabel(action: string): string {
  const [subject = "", done = ""] = action.split(".");
  const verb = done.replaceAll("_", " ");
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${subject.replaceAll("_", " ")}`.trim();
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

export function changesOf(changes: unknown): FieldChange[] {
  if (typeof changes !== "object" || changes === null) return [];
  return Object.entries(changes).flatMap(([field, values]) => {
    const [before, after] = Array.isArray(values) ? (values as unknown[]) : [null, values];
    const change = { field: fieldLabel(field), before: textOf(before), after: textOf(after) };
    return change.before === change.after ? [] : [change];
  });
}

/** The screen of what was changed; what is gone says so there. */
export function placeOf(action: string, subjectId: string): string | null {
  const [subject] = action.split(".");
  const places: Record<string, string> = {
    agent: "/agents",
    task: "/tasks",
    provider: "/providers",
    run: "/runs",
  };
  const place = places[subject ?? ""];
  return place ? `${place}/${subjectId}` : null;
}
