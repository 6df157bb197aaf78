/** Random schemas that are the same on every machine. */

export type Random = (below: number) => number;

/** A generator of whole numbers by its seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function oneOf<T>(random: Random, list: readonly T[]): T {
  const chosen = list[random(list.length)];
  if (chosen === undefined) throw new Error("There is nothing to choose from.");
  return chosen;
}

const NAMES = ["id", "name", "__proto__", "toString", "ключ", "a b", "x-y", "$ref", "items", "😀"];

function randomValue(random: Random): unknown {
  return oneOf(random, [null, true, 0, -1.5, "", "text", [], [1, "a"], {}, { b: 1, a: [{}] }]);
}

function keywordsFor(random: Random, depth: number): [string, unknown][] {
  const inner = () => randomSchema(random, depth - 1);
  const names = NAMES.filter(() => random(3) === 0);
  const described = names.map((name) => ({
    const: name,
    ...(random(2) ? { description: "d" } : {}),
  }));
  const all: [string, () => unknown][] = [
    ["type", () => oneOf(random, ["object", "array", "string", "integer", ["string", "null"], 7])],
    ["properties", () => Object.fromEntries(names.map((name) => [name, inner()]))],
    ["required", () => oneOf<unknown>(random, [names, ["id", "id", "gone"], true, []])],
    ["items", () => (random(3) ? inner() : [inner(), inner()])],
    ["enum", () => oneOf<unknown>(random, [names, ["a", 1, null], []])],
    ["oneOf", () => (random(2) ? described : [inner(), inner()])],
    ["description", () => oneOf<unknown>(random, ["words", 5])],
    ["minLength", () => oneOf<unknown>(random, [1, "1", null])],
    ["additionalProperties", () => oneOf<unknown>(random, [true, false, inner()])],
    ["format", () => oneOf(random, ["date", "int64"])],
    ["x-unknown", () => randomValue(random)],
    ["$defs", () => ({ thing: inner() })],
  ];
  return all
    .filter(() => random(3) === 0)
    .map(([keyword, make]): [string, unknown] => [keyword, make()])
    .sort(() => random(3) - 1);
}

export function randomSchema(random: Random, depth = 4): unknown {
  if (depth <= 0 || random(12) === 0) return oneOf<unknown>(random, [true, false, {}, 5, null]);
  return Object.fromEntries(keywordsFor(random, depth));
}

/** An object with a few fields, so that there is something to edit. */
export function randomObject(random: Random): Record<string, unknown> {
  const names = NAMES.filter((name) => name === "id" || random(2) === 0);
  const entries: [string, unknown][] = [
    ["properties", Object.fromEntries(names.map((name) => [name, randomSchema(random)]))],
    ["type", "object"],
    ["required", [...names.filter(() => random(2) === 0), "gone"]],
    ["x-kept", randomValue(random)],
  ];
  return Object.fromEntries(entries.sort(() => random(3) - 1));
}
