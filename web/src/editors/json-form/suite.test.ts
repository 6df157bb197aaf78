/** The official suite, where it stands: no value is lost in a form, and the browser refuses nothing
 * that is valid. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe as group, expect, it } from "vitest";
import { check } from "./check";
import { blank, read, toDraft } from "./draft";
import { isObject, isSame } from "./json";

interface Case {
  description: string;
  schema: unknown;
  tests: { description: string; data: unknown; valid: boolean }[];
}

const suite = join(
  fileURLToPath(import.meta.url),
  "../../../../../../shared/json-schema-test-suite",
);
const DRAFTS = ["draft4", "draft7", "draft2020-12"];
const DIALECTS: Record<string, string> = {
  draft4: "http://json-schema.org/draft-04/schema#",
  draft7: "http://json-schema.org/draft-07/schema#",
  "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
};
// They need another document, or a metaschema, to be judged.
const BEYOND = /refRemote|vocabulary|dynamicRef|anchor|infinite-loop/;

function casesOf(draft: string): [string, Case][] {
  const folder = join(suite, draft);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const cases = JSON.parse(readFileSync(join(folder, name), "utf8")) as Case[];
      return cases.map((one): [string, Case] => [`${name}: ${one.description}`, one]);
    });
}

const all = existsSync(suite)
  ? DRAFTS.flatMap((draft) =>
      casesOf(draft).map(([name, one]): [string, string, Case] => [draft, name, one]),
    )
  : [];

/** A property holds what the suite tests, as inputs are objects. */
function inside(schema: unknown): unknown {
  if (isObject(schema) && (schema.$ref || schema.$id || schema.id || schema.$defs)) return schema;
  return { type: "object", properties: { it: schema }, required: ["it"] };
}

group.skipIf(!all.length)("the official suite", () => {
  it("is there as a whole", () => {
    expect(all.length).toBeGreaterThan(700);
  });

  it("loses no value on the way into a form and back", () => {
    const lost = all.flatMap(([draft, name, { schema, tests }]) =>
      tests
        .filter(({ data }) => {
          const direct = read(toDraft(schema, schema, data));
          const wrapped = inside(schema);
          const nested = read(toDraft(wrapped, wrapped, { it: data, also: data }));
          return (
            direct.problems.length > 0 ||
            !isSame(direct.value, data) ||
            !isSame(nested.value, { it: data, also: data })
          );
        })
        .map((test) => `${draft} ${name}: ${test.description}`),
    );
    expect(lost).toEqual([]);
  });

  it("always has an empty form", () => {
    for (const [, , { schema }] of all) expect(() => read(blank(schema, schema))).not.toThrow();
  });

  it("refuses next to nothing that is valid, and lets little through", () => {
    let total = 0;
    const refused: string[] = [];
    let passed = 0;
    for (const [draft, name, { schema, tests }] of all) {
      if (BEYOND.test(name)) continue;
      const dialect =
        isObject(schema) && !schema.$schema ? { $schema: DIALECTS[draft], ...schema } : schema;
      for (const { description, data, valid } of tests) {
        if (!isObject(data)) continue;
        total += 1;
        const isRefused = check(dialect, data).length > 0;
        if (valid && isRefused) refused.push(`${draft} ${name}: ${description}`);
        if (!valid && !isRefused) passed += 1;
      }
    }
    expect(total).toBeGreaterThan(500);
    expect(refused).toEqual([]);
    expect(passed / total).toBeLessThan(0.05);
  });
});
