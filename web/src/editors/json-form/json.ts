/** JSON values: what they are, whether two are the same, and how they read as text. */
import { changedNumber, tellChanged } from "@/lib/exact-numbers";

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own keys only: a property may be called `__proto__` or `toString`. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(own(a, key), own(b, key)))
  );
}

export function toText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** The value, or why the text is none. */
export function parse(text: string): { value: unknown } | { problem: string } {
  try {
    const value = JSON.parse(text) as unknown;
    const changed = changedNumber(text);
    return changed ? { problem: tellChanged(changed) } : { value };
  } catch (error) {
    const place = /position (\d+)/.exec(String(error))?.[1];
    const line = place ? text.slice(0, Number(place)).split("\n").length : undefined;
    const hint = /^\s*[\p{L}_]/u.test(text) ? " Text stands in double quotes." : "";
    return { problem: `This is not JSON${line ? `: look at line ${line}` : ""}.${hint}` };
  }
}
