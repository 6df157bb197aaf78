import { describe, expect, it, vi } from "vitest";
import { parseSchema } from "./parse";
import { realisticSchemas } from "./testing/realistic";
import { randomSchema, seeded } from "./testing/random";
import { suiteSchemas } from "./testing/suite";
import { writeSchema } from "./write";

// Thousands of schemas take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

// As text, for then the order of keys counts too.
function again(schema: unknown): string | undefined {
  return JSON.stringify(writeSchema(parseSchema(schema)));
}

describe("a schema that was opened and saved is unchanged", () => {
  it("over the official suite", () => {
    const schemas = suiteSchemas();
    expect(schemas.length).toBeGreaterThan(600);
    for (const [place, schema] of schemas) {
      expect(again(schema), place).toBe(JSON.stringify(schema));
    }
  });

  it("over more than a hundred realistic ones", () => {
    const schemas = realisticSchemas();
    expect(schemas.length).toBeGreaterThanOrEqual(100);
    expect(new Set(schemas.map(([, schema]) => JSON.stringify(schema))).size).toBe(schemas.length);
    for (const [place, schema] of schemas) {
      expect(again(schema), place).toBe(JSON.stringify(schema));
    }
  });

  it("over random ones, ill-formed ones among them", () => {
    for (let seed = 0; seed < 2_000; seed += 1) {
      const schema = randomSchema(seeded(seed));
      expect(again(schema), `seed ${seed}`).toBe(JSON.stringify(schema));
    }
  });

  it("however deep it is", () => {
    let schema: unknown = { type: "string", minLength: 1 };
    for (let depth = 0; depth < 200; depth += 1) {
      schema = { type: "object", properties: { "a/b": schema }, required: ["a/b"] };
    }
    expect(again(schema)).toBe(JSON.stringify(schema));
  });

  it("is tried with the order of keys, and not only with what they hold", () => {
    const swapped = { properties: {}, type: "object" };
    expect(again(swapped)).not.toBe(JSON.stringify({ type: "object", properties: {} }));
  });
});
